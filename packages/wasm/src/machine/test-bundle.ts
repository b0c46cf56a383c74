import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Esbuild {
  readonly buildSync: (options: Readonly<Record<string, unknown>>) => unknown
}

// tsup brings esbuild.
const require = createRequire(import.meta.url)
const esbuild = createRequire(require.resolve('tsup'))('esbuild') as Esbuild
const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Bundles a script that imports from './index.js' of this package, as an ES or CommonJS module that Node runs: its path. workerpool stays
 * outside, as it does for whoever installs the package.
 */
export const bundle = (contents: string, format: 'esm' | 'cjs', name: string): string => {
  const outfile = join(root, 'out', `${name}.${format === 'esm' ? 'mjs' : 'cjs'}`)
  mkdirSync(join(root, 'out'), { recursive: true })
  esbuild.buildSync({
    stdin: { contents, resolveDir: join(root, 'src'), loader: 'ts' },
    outfile,
    format,
    bundle: true,
    platform: 'node',
    external: ['workerpool'],
    alias: { '@tweedie/core': join(root, '..', 'core', 'src', 'index.ts') },
    tsconfigRaw: {},
  })
  return outfile
}

/** How a program ended, what it wrote, and how long it ran, in milliseconds; killed after a minute. */
export const runNode = (args: readonly string[]): Promise<{ status: number | null; text: string; milliseconds: number }> =>
  new Promise((done, failed) => {
    const began = performance.now()
    const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk))
    child.on('error', failed)
    child.on('close', (status) => done({ status, text, milliseconds: performance.now() - began }))
  })
