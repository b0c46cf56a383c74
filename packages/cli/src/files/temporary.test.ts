import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'
import { beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../tables/testing.js'
import { temporaryBeside } from './temporary.js'

test('a temporary name is hidden, beside the file, and never the same', () => {
  const [first, second] = [temporaryBeside('/a/b/model'), temporaryBeside('/a/b/model')]
  expect(first).toMatch(new RegExp(`^/a/b/\\.model\\.tweedie-${process.pid}-[0-9a-f]{12}$`))
  expect(second).not.toBe(first)
  expect(basename(temporaryBeside(`/a/${'n'.repeat(255)}`)).length).toBeLessThan(255)
})

const at = temporaryFolder()

// A process of its own, which stages a folder and a file and then waits; `ending` is how it ends.
const program = `
import { stageDirectory, writeFileAtomic } from ${JSON.stringify(fileURLToPath(new URL('./index.ts', import.meta.url)))}
import { writeFileSync } from 'node:fs'
const [folder, ending] = process.argv.slice(2)
const main = async () => {
  if (ending === 'listens') process.on('SIGINT', () => process.exit(7))
  const staging = await stageDirectory(folder + '/out', { owns: () => true })()
  if (staging._tag === 'Left') throw staging.left
  writeFileSync(staging.right.file('half.txt'), 'half')
  const endless = (async function* () {
    for (let i = 0; ; i++) {
      yield Buffer.alloc(1000)
      if (i === 10) process.send?.('ready')
      await new Promise((resolve) => setTimeout(resolve, 5))
      if (i === 20 && ending === 'exits') process.exit(3)
      if (i === 20 && ending === 'throws') setImmediate(() => { throw new Error('boom') })
    }
  })()
  await writeFileAtomic(folder + '/file', endless)()
}
main()
`

const waiting = async (name: string, ending: string): Promise<{ child: ChildProcess; folder: string }> => {
  const folder = at(name)
  mkdirSync(folder)
  mkdirSync(`${folder}/out`)
  writeFileSync(`${folder}/out/old.txt`, 'old')
  const child = fork(at('program/main.mjs'), [folder, ending], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] })
  await once(child, 'message')
  return { child, folder }
}

const untouched = (folder: string): void => {
  expect(readdirSync(folder)).toEqual(['out'])
  expect(readdirSync(`${folder}/out`)).toEqual(['old.txt'])
}

describe.skipIf(process.platform === 'win32')('when the process ends, what was half-written is gone', () => {
  beforeAll(async () => {
    writeFileSync(at('main.ts'), program)
    await build({
      entry: { main: at('main.ts') },
      outDir: at('program'),
      format: 'esm',
      outExtension: () => ({ js: '.mjs' }),
      config: false,
      silent: true,
      noExternal: [/^(?!node:)/],
      external: [/^node:/],
      platform: 'node',
      target: 'node20',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      esbuildOptions: (options) => {
        // The tests run on the sources, so that nothing needs to be built before them.
        options.alias = { '@tweedie/core': fileURLToPath(new URL('../../../core/src/errors.ts', import.meta.url)) }
      },
    })
    expect(existsSync(at('program/main.mjs'))).toBe(true)
  }, 60_000)

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s, which still ends it', async (signal) => {
    const { child, folder } = await waiting(signal, 'waits')
    expect(readdirSync(folder).filter((name) => name.includes('.tweedie-'))).toHaveLength(2)
    child.kill(signal)
    expect(await once(child, 'exit')).toEqual([null, signal])
    untouched(folder)
  })

  test.each([
    ['exits', 3],
    ['throws', 1],
  ] as const)('because it %s', async (ending, code) => {
    const { child, folder } = await waiting(ending, ending)
    expect(await once(child, 'exit')).toEqual([code, null])
    untouched(folder)
  })

  test('by a listener of its own', async () => {
    const { child, folder } = await waiting('listens', 'listens')
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([7, null])
    untouched(folder)
  })
})
