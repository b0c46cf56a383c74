import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
// The command keeps its writers to itself, so they are taken from its sources.
import { stageDirectory, writeFileAtomic } from '../../packages/cli/src/files/index.js'
import { readTable, writeTable } from '../../packages/cli/src/tables/index.js'
import { folder, lawful } from './support.js'

const at = folder()
const leftovers = (): readonly string[] => readdirSync(at('')).filter((name) => name.includes('.tweedie-'))

/** How a writing ends too soon: its content throws, or the signal fires, at a piece or some ticks after the start. */
const ending = fc.record({ way: fc.constantFrom('throw', 'abort', 'tick', 'none'), piece: fc.nat(12), ticks: fc.nat(12) })

const later = async (ticks: number, act: () => void): Promise<void> => {
  for (let k = 0; k < ticks; k++) await new Promise((go) => setImmediate(go))
  act()
}

describe('after a writing that was interrupted there is the old file or the whole new one', () => {
  test('400 cases of a file in pieces', () =>
    fc.assert(
      fc.asyncProperty(
        ending,
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 1, max: 12 }),
        async ({ way, piece, ticks }, gzip, older, pieces) => {
          const path = at('file')
          rmSync(path, { force: true })
          if (older) writeFileSync(path, 'old')
          const controller = new AbortController()
          const parts = Array.from({ length: pieces }, (_, k) => Buffer.alloc(3_000, 97 + k))
          const content = async function* (): AsyncGenerator<Uint8Array> {
            for (const [k, part] of parts.entries()) {
              if (k === piece && way === 'throw') throw new Error('the content failed')
              if (k === piece && way === 'abort') controller.abort()
              yield part
            }
          }
          const writing = lawful(writeFileAtomic(path, content(), { gzip, signal: controller.signal }))
          if (way === 'tick') void later(ticks, () => controller.abort())
          const result = await writing
          const found = readdirSync(at('')).includes('file') ? readFileSync(path) : undefined
          if (result._tag === 'Right')
            expect((gzip ? gunzipSync(found as Buffer) : (found as Buffer)).equals(Buffer.concat(parts))).toBe(true)
          else expect(found?.toString()).toBe(older ? 'old' : undefined)
          expect(leftovers()).toEqual([])
        },
      ),
      { numRuns: 400 },
    ))

  test('200 cases of a table', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(8), fc.constantFrom('t.csv', 't.parquet', 't.arrow', 't.npy.gz'), async (ticks, name) => {
        const path = at(name)
        rmSync(path, { force: true })
        const controller = new AbortController()
        const matrix = { data: Float64Array.from({ length: 600 }, (_, k) => Math.sin(k)), rows: 300, columns: 2 }
        const writing = lawful(writeTable(path, ['a', 'b'], matrix, { signal: controller.signal }))
        void later(ticks, () => controller.abort())
        const result = await writing
        expect(readdirSync(at('')).includes(name)).toBe(result._tag === 'Right')
        if (result._tag === 'Right') expect(await readTable(path)()).toMatchObject({ right: { rows: 300 } })
        expect(leftovers()).toEqual([])
      }),
      { numRuns: 200 },
    ))

  test('100 cases of a folder', () =>
    fc.assert(
      fc.asyncProperty(fc.boolean(), fc.boolean(), fc.nat(4), async (older, commits, files) => {
        const path = at('folder')
        rmSync(path, { recursive: true, force: true })
        const stage = async () => {
          const opened = await lawful(stageDirectory(path, { owns: () => true }))
          if (opened._tag === 'Left') throw opened.left
          return opened.right
        }
        if (older) {
          const first = await stage()
          writeFileSync(first.file('old'), 'old')
          await first.commit()()
        }
        const second = await stage()
        for (let k = 0; k < files; k++) writeFileSync(second.file(`new${k}`), 'new')
        await lawful(commits ? second.commit() : second.rollback())
        const names = readdirSync(at('')).includes('folder') ? readdirSync(path) : undefined
        if (commits) expect(names).toEqual(Array.from({ length: files }, (_, k) => `new${k}`))
        else expect(names).toEqual(older ? ['old'] : undefined)
        expect(leftovers()).toEqual([])
      }),
      { numRuns: 100 },
    ))
})
