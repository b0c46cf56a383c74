import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { temporaryFolder } from '../tables/testing.js'
import { folderStore } from './folder-store.js'
import { type StoreRun, storeFileName } from './store-file.js'

const at = temporaryFolder()
const run: StoreRun = { tweedie: '1.0.0', scale: 'quick', backend: 'cpu, float64' }
let notes: string[] = []
let folder = ''
let tests = 0
beforeEach(() => {
  notes = []
  folder = at(`store-${tests++}`)
  mkdirSync(folder)
})
const store = (identity = run) => folderStore(folder, identity, (text) => notes.push(text))
const numbers = new Uint8Array(Float64Array.of(1.5, -2, 1e300).buffer)

test('gives back what was saved, as bytes that can be read as numbers, and counts what it found', async () => {
  expect(await store().load('model')).toBeUndefined()
  await store().save('model', new Uint8Array(3))
  await store().save('model', numbers)
  const again = store()
  const bytes = (await again.load('model')) as Uint8Array
  await again.load('model')
  expect(Array.from(new Float64Array(bytes.buffer))).toEqual([1.5, -2, 1e300])
  expect([again.found(), notes]).toEqual([1, []])
  expect(readdirSync(folder)).toHaveLength(1)
})

test('any name becomes a file name, and no two share one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.string({ maxLength: 300, unit: 'binary' }), { minLength: 2, maxLength: 3 }), async (names) => {
      const files = names.map((name) => storeFileName(name, run))
      expect(new Set(files).size).toBe(names.length)
      for (const file of files) expect(file).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,79}\.[0-9a-f]{16}\.tweedie$/)
    }),
    { numRuns: 50 },
  )
  const [a, b] = ['../../a/b', '.. .. a b']
  await store().save(a, Uint8Array.of(1))
  await store().save(b, Uint8Array.of(2))
  expect(await store().load(a)).toEqual(Uint8Array.of(1))
  expect(await store().load(b)).toEqual(Uint8Array.of(2))
})

test.each([
  ['version', { tweedie: '1.0.1' }],
  ['scale', { scale: 'paper' as const }],
  ['backend', { backend: 'wasm, float32' }],
])('another %s has entries of its own', async (_, other) => {
  await store().save('model', numbers)
  expect(await store({ ...run, ...other }).load('model')).toBeUndefined()
  expect(notes).toEqual([])
})

test.each([
  ['truncated', /truncated or altered/, (bytes: Buffer) => bytes.subarray(0, -1)],
  ['altered', /truncated or altered/, (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.of((bytes.at(-1) as number) ^ 1)])],
  ['empty', /not a file of this store/, () => Buffer.alloc(0)],
  ['of another program', /not a file of this store/, () => Buffer.from('{"format":"zip"}\n')],
  [
    'of another version',
    /version is 2/,
    (bytes: Buffer) => Buffer.from(bytes.toString('latin1').replace('"version":1', '"version":2'), 'latin1'),
  ],
])('a file that is %s is not used, and a note says so', async (_, message, change) => {
  await store().save('model', numbers)
  const path = `${folder}/${storeFileName('model', run)}`
  writeFileSync(path, change(readFileSync(path)))
  const again = store()
  expect(await again.load('model')).toBeUndefined()
  expect([again.found(), notes.length]).toEqual([0, 1])
  expect(notes[0]).toMatch(message)
  expect(notes[0]).toMatch(/computed again/)
  await again.save('model', numbers)
  expect(await again.load('model')).toEqual(numbers)
})

test('a file that was renamed is known to be of another run', async () => {
  await store().save('one', numbers)
  renameSync(`${folder}/${storeFileName('one', run)}`, `${folder}/${storeFileName('two', run)}`)
  expect(await store().load('two')).toBeUndefined()
  expect(notes[0]).toMatch(/belongs to another run/)
})

test('a folder that is gone is a FileError', async () => {
  const missing = folderStore(at('missing'), run, () => undefined)
  await expect(missing.save('model', numbers)).rejects.toMatchObject({ _tag: 'FileError' })
  writeFileSync(at('file'), '')
  await expect(folderStore(at('file'), run, () => undefined).load('model')).rejects.toMatchObject({ _tag: 'FileError' })
})
