import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

interface Esbuild {
  readonly build: (options: Readonly<Record<string, unknown>>) => Promise<{ outputFiles: readonly { text: string }[] }>
}

// tsup brings esbuild.
const esbuild = createRequire(createRequire(import.meta.url).resolve('tsup'))('esbuild') as Esbuild
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export interface ChildOutcome {
  readonly status: number | null
  /** Why it was ended; null when it ended by itself. */
  readonly signal: string | null
  readonly out: string
}

/** Runs lines of a program that may call `webgpu`, from the sources, in a process of its own that is ended after `seconds`. */
export const runChild = async (lines: string, environment: Record<string, string> = {}, seconds = 30): Promise<ChildOutcome> => {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: `import { webgpu } from './index.ts'\n${lines}`, resolveDir: at('.'), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    tsconfig: at('../../../../tsconfig.json'),
    external: ['webgpu', '@tensorflow/*', 'node:*'],
  })
  const { status, signal, stdout } = spawnSync(process.execPath, ['--input-type=module'], {
    input: outputFiles[0]?.text ?? '',
    cwd: at('../..'),
    env: { ...process.env, ...environment },
    encoding: 'utf8',
    timeout: seconds * 1000,
  })
  return { status, signal, out: stdout }
}
