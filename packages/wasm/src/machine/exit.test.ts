import { describe, expect, test } from 'vitest'
import { bundle, runNode } from './test-bundle.js'

/** Uses two threads until a worker is really there, without ever going back to the event loop. */
const busy = `
  import { wasm } from './index.js'
  const B = wasm({ threads: 2 })
  const x = B.full([512, 256], 0.5)
  const times = []
  for (const until = performance.now() + 400; performance.now() < until; ) B.scope(() => void B.matMul(x, B.transpose(x)))
  console.log('threads', B.describe().threads)
`

describe.each(['esm', 'cjs'] as const)('a program as %s', (format) => {
  test('ends by itself while its workers are up', async () => {
    const { status, text, milliseconds } = await runNode([bundle(`${busy}; console.log(performance.now())`, format, 'exit')])
    expect([status, text]).toEqual([0, expect.stringMatching(/^threads 2\n[\d.]+\n$/)])
    // Not after a time limit of anybody's: what is left after its last line is the end of the process.
    const [, own] = text.split('\n')
    expect(milliseconds - Number(own)).toBeLessThan(5000)
  })

  test('ends after it has ended its workers', async () => {
    const last = `B.dispose().then(() => console.log('threads', B.describe().threads))`
    const { status, text } = await runNode([bundle(`${busy}; ${last}`, format, 'dispose')])
    expect([status, text]).toEqual([0, 'threads 2\nthreads 1\n'])
  })

  test('ends where it throws', async () => {
    const { status, text } = await runNode([bundle(`${busy}; throw new Error('the end')`, format, 'throw')])
    expect([status, text]).toEqual([1, expect.stringContaining('the end')])
  })
})

test.skipIf(process.platform !== 'linux')(
  'workers of a backend that nobody holds any more are ended (counted in /proc, so on Linux alone)',
  async () => {
    const script = `
    import { wasm } from './index.js'
    import { readdirSync } from 'node:fs'
    const threads = () => readdirSync('/proc/self/task').length
    const use = () => {
      const B = wasm({ threads: 3 })
      const x = B.full([512, 256], 0.5)
      for (const until = performance.now() + 300; performance.now() < until; ) B.scope(() => void B.matMul(x, B.transpose(x)))
    }
    const before = threads()
    use()
    const during = threads()
    for (const until = performance.now() + 20_000; threads() > before && performance.now() < until; ) {
      globalThis.gc()
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    console.log(during - before, threads() - before)
  `
    const { status, text } = await runNode(['--expose-gc', bundle(script, 'esm', 'collected')])
    expect([status, text]).toEqual([0, '2 0\n'])
  },
)
