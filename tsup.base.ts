import { copyFile } from 'node:fs/promises'
import { defineConfig } from 'tsup'

/** Options of `library`: which platform the package is for. */
export interface LibraryOptions {
  readonly platform?: 'neutral' | 'node'
  /** Dependencies that are ES modules alone, which CommonJS cannot require on every Node 20: they go into the build, with their licences. */
  readonly bundled?: readonly string[]
  /** Modules of Node that an entry of a neutral package may import. */
  readonly external?: readonly string[]
}

/**
 * How every package is built: ES modules and CommonJS, each with its own types. `splitting` also for CommonJS, so that two entries
 * of one package share one copy of what both import. Only a package for Node sees Node's types.
 */
export const library = (entry: Record<string, string>, { platform = 'neutral', bundled = [], external = [] }: LibraryOptions = {}) =>
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
    noExternal: [...bundled],
    external: [...external],
    onSuccess: async () => {
      for (const name of bundled) await copyFile(`node_modules/${name}/LICENSE`, `dist/LICENSE-${name}`)
    },
  })
