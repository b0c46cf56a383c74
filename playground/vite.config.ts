import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/**
 * No code from strings, nothing inline, nothing from elsewhere. WebAssembly may be compiled; the threads of `@tweedie/wasm` are workers
 * from blobs. The last two headers isolate the page from other origins, so that these threads may share memory.
 */
export const headers: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    `default-src 'none'`,
    `script-src 'self' 'wasm-unsafe-eval'`,
    `worker-src 'self' blob:`,
    `style-src 'self'`,
    `img-src 'self'`,
    `connect-src 'self'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
}

/** The page is bundled from the packages' sources, as the tests are run on them. */
export default defineConfig({
  root: at('.'),
  base: './',
  resolve: {
    alias: [
      { find: /^@tweedie\/core\/cpu$/, replacement: at('../packages/core/src/cpu/index.ts') },
      { find: /^@tweedie\/([a-z-]+)$/, replacement: at('../packages/$1/src/index.ts') },
      { find: /^(worker_threads|os|child_process)$/, replacement: at('./src/node-only.ts') },
    ],
  },
  build: {
    target: 'es2022',
    // An image inside a script or a style would be a data: address, which the policy forbids.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  worker: { format: 'es' },
  // The development server puts scripts and styles into the page, so the policy is of the built page alone.
  preview: { headers: { ...headers }, host: '127.0.0.1', port: 5180, strictPort: false },
  server: {
    headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
    fs: { allow: [at('..')] },
  },
})
