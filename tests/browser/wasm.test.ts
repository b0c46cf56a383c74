import { wasm } from '@tweedie/wasm'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { programs } from '../threads/programs.js'
import { chromiumPath, launch } from './browser.js'
import { openPage } from './open-page.js'
import type { Outcome } from './page-program.js'
import { bundleScripts, type Serving } from './site.js'

const blob = `'self' blob:`
const title = `wasm() in a browser${chromiumPath ? '' : ' (skipped: there is no chromium here)'}`

describe.skipIf(!chromiumPath)(title, () => {
  let browser: Browser
  let scripts: ReadonlyMap<string, string>
  beforeAll(async () => {
    ;[browser, scripts] = await Promise.all([
      launch(chromiumPath!),
      bundleScripts(new URL('main.ts', import.meta.url), new URL('worker.ts', import.meta.url)),
    ])
  })
  afterAll(() => browser?.close())

  /** Opens the page, and hands over how to run cases on it and what it has complained of. */
  const onPage = async (
    serving: Serving,
    body: (run: (where: string, name: string) => Promise<Outcome>, complaints: readonly string[]) => Promise<void>,
  ) => {
    const { page, complaints, close } = await openPage(browser, scripts, serving)
    try {
      await body((where, name) => page.evaluate(`run(${JSON.stringify(where)}, ${JSON.stringify(name)})`), complaints)
    } finally {
      await close()
    }
  }

  /** What a program gives here: the plain build on one thread. */
  const kept = new Map<string, Promise<Float64Array>>()
  const inNode = (name: string): Promise<Float64Array> => {
    const numbers = kept.get(name) ?? programs[name]!(wasm({ threads: 1, build: 'plain' }))
    kept.set(name, numbers)
    return numbers
  }

  /** Largest difference, in proportion to 1 + |number|. */
  const distance = (a: readonly number[], b: Float64Array): number => {
    expect(a.length).toBe(b.length)
    return a.reduce((most, x, k) => Math.max(most, Math.abs(x - b[k]!) / (1 + Math.abs(b[k]!))), 0)
  }

  for (const isolated of [true, false])
    for (const where of ['page', 'worker'])
      test(`in a ${where}, ${isolated ? 'isolated' : 'not isolated: one thread'}`, async () => {
        await onPage({ isolated, workerSource: blob }, async (run, complaints) => {
          for (const name of ['posteriors over a cloud', 'labels, training and samples']) {
            const here = await inNode(name)
            const plain = await run(where, `${name}, plain`)
            expect(plain).toMatchObject({ isolated, threads: isolated ? 3 : 1, build: 'plain' })
            expect([name, distance(plain.numbers!, here)]).toEqual([name, 0])
            if (!isolated) continue
            // With relaxed SIMD a product and a sum are rounded once, not twice: each number is a few roundings of 6e-8 off, 3e-7 as measured.
            const best = await run(where, name)
            expect(best.threads).toBe(3)
            expect([name, distance(best.numbers!, here) < 1e-5]).toEqual([name, true])
          }
          expect(complaints).toEqual([])
        })
      })

  test.each(['page', 'worker'])('workers share the work in a %s, and one that never comes back costs only time', async (where) => {
    await onPage({ isolated: true, workerSource: blob }, async (run, complaints) => {
      const { numbers, threads } = await run(where, 'shared')
      expect([threads, numbers![0]! > 0]).toEqual([3, true])
      expect(await run(where, 'stuck worker')).toMatchObject({ numbers: [0], threads: 1 })
      expect(complaints).toEqual([])
    })
  })

  test('a policy that forbids workers from blobs leaves one thread', async () => {
    await onPage({ isolated: true, workerSource: `'self'` }, async (run) => {
      expect(await run('page', 'shared')).toMatchObject({ numbers: [0], threads: 1 })
    })
  })
})
