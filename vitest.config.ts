import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Tests run on the sources: `@tweedie/score` is `packages/score/src/index.ts`, so nothing needs to be built first. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^@tweedie\/core\/cpu$/, replacement: at('./packages/core/src/cpu/index.ts') },
      { find: /^@tweedie\/tfjs-gpu\/node$/, replacement: at('./packages/tfjs-gpu/src/node/index.ts') },
      { find: /^@tweedie\/([a-z-]+)$/, replacement: at('./packages/$1/src/index.ts') },
    ],
  },
  test: {
    environment: 'node',
    include: [
      'packages/*/src/**/*.test.ts',
      'docs/**/*.test.ts',
      'playground/**/*.test.ts',
      'scripts/**/*.test.ts',
      'benchmarks/**/*.test.ts',
      'tests/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**', 'out/**'],
    setupFiles: [at('./scripts/fast-check-seed.ts')],
    passWithNoTests: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
