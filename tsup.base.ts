import { defineConfig } from 'tsup'

/** Options of `library`: which platform the package is for. */
export interface LibraryOptions {
  readonly platform?: 'neutral' | 'node'
}

/**
 * How every package is built: ES modules and CommonJS, each with its own types. `splitting` also for CommonJS, so that two entries
 * of one package share one copy of what both import. Only a package for Node sees Node's types.
 */
export const library = (entry: Record<string, string>, { platform = 'neutral' }: LibraryOptions = {}) =>
  defineConfig({
    entry,
    format: ['esm', 'cjs'],
    target: 'es2022',
    platform,
    tsconfig: '../../tsconfig.build.json',
    dts: { compilerOptions: { types: platform === 'node' ? ['node'] : [] } },
    splitting: true,
    shims: platform === 'node',
    sourcemap: true,
    clean: true,
    removeNodeProtocol: false,
    silent: true,
  })
