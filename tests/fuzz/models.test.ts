import { mkdirSync, writeFileSync } from 'node:fs'
import { fromRows, hostMatrix, key } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { decodeCloud, decodeGenerator, encodeCloud, encodeGenerator, fitCodec, fitColumns, generate } from '@tweedie/density'
import { decodeSafetensors, mlp, saveParameters } from '@tweedie/nn'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
// The command keeps its readers to itself, so they are taken from its sources.
import { modelFiles, parseConfig, sha256 } from '../../packages/cli/src/model/config.js'
import { readModelFolder } from '../../packages/cli/src/model/model-folder.js'
import { tableRows } from '../../packages/cli/src/model/model-table.js'
import { damaged, folder, isWatching, lawful, type Outcome, watchMemory } from './support.js'

const at = folder()
watchMemory()
const B = cpu()

const table = fromRows([
  [0, 10],
  [1, 10],
  [2, 20],
  [5, 20],
  [9, 30],
])
let generator: Uint8Array
let cloud: Uint8Array
let weights: Uint8Array
beforeAll(async () => {
  const network = mlp([2, 3, 2])
  const parameters = network.initialise(B, key(1))
  const { maps, scores } = fitColumns(table, 'normal-scores', key(0))
  generator = await encodeGenerator(B, { network, parameters, columns: maps })
  weights = await saveParameters(B, parameters, { a: 'b' })
  cloud = encodeCloud(hostMatrix(scores.data, 5, 2))
})

/** A number with missing cells would take two columns: a category and a number take one each. */
const { codec } = fitCodec(
  [
    { name: 'a', kind: 'number', values: Float64Array.of(0.5, 1.25, 2, 5.5, 9) },
    { name: 'b', kind: 'number', values: Float64Array.of(10, 10, 20, 20, 30) },
    { name: 'flat', kind: 'text', values: ['x', 'x', 'x', 'x', 'x'] },
  ],
  { key: key(0) },
)

const settings = {
  seed: 0,
  labels: 10,
  steps: 5,
  hidden: [3],
  solver: 'heun',
  grid: 'linear',
  scaling: 'normal-scores',
  backend: 'cpu',
  chunk: 10,
}
const config = (): Record<string, unknown> => ({
  format: 'tweedie-model',
  version: 1,
  tweedie: '0.1.0',
  command: 'tweedie fit t.csv --out m',
  source: { path: 't.csv', sha256: sha256(cloud) },
  columns: codec.names,
  codec,
  leftOut: [],
  rows: { training: 4, heldOut: 1 },
  settings,
  weights: { sha256: sha256(generator) },
  cloud: { sha256: sha256(cloud) },
})
const text = (value: unknown): Uint8Array => new Uint8Array(Buffer.from(JSON.stringify(value)))

/** A member of the JSON, however deep, replaced by something else. */
const strange = fc.oneof(
  fc.constantFrom(null, true, -1, 1e300, '', 'x', [], {}, [null], { length: 4e9 }, ['a'], ['a', 'b', 'c'], { sha256: 1 }, { sha256: null }),
  fc.json({ maxDepth: 2 }).map((json) => JSON.parse(json) as unknown),
)
const replaced = (value: unknown, path: number, by: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return by
  const keys = Object.keys(value)
  const chosen = keys[path % (keys.length + 1)]
  if (chosen === undefined) return by
  const inner = replaced((value as Record<string, unknown>)[chosen], Math.floor(path / (keys.length + 1)), by)
  return Array.isArray(value) ? Object.assign([...value], { [chosen]: inner }) : { ...value, [chosen]: inner }
}
const strangeConfig = (): fc.Arbitrary<Uint8Array> =>
  fc
    .array(fc.tuple(fc.nat(20_000), strange), { minLength: 1, maxLength: 2 })
    .map((changes) => text(changes.reduce((value, [path, by]) => replaced(value, path, by), config() as unknown)))

const free = (read: {
  readonly _tag: string
  readonly right?: { readonly parameters: readonly { readonly weight: never; readonly bias: never }[] }
}): void => {
  for (const { weight, bias } of read.right?.parameters ?? []) for (const one of [weight, bias]) B.free(one)
}

test('an array that is too large would be noticed', () => expect(isWatching()).toBe(true))

describe('one file', () => {
  test('800 cases of a generator', async () => {
    const before = B.liveTensors()
    await fc.assert(
      fc.asyncProperty(damaged([generator]), async (bytes) => free((await lawful(() => decodeGenerator(B, bytes))) as never)),
      { numRuns: 800 },
    )
    expect(B.liveTensors()).toBe(before)
  })
  test('400 cases of weights', () =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(damaged([weights]), fc.uint8Array({ maxLength: 60 })),
        async (bytes) => void (await lawful(() => decodeSafetensors(bytes))),
      ),
      { numRuns: 400 },
    ))
  test('400 cases of a cloud', () =>
    fc.assert(
      fc.asyncProperty(damaged([cloud]), async (bytes) => {
        const result = await lawful(() => decodeCloud(bytes))
        if (result._tag === 'Right') expect(result.right.data.length).toBe(result.right.rows * result.right.columns)
      }),
      { numRuns: 400 },
    ))
  test('500 cases of a config.json', () =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(damaged([text(config())]), strangeConfig()),
        async (bytes) => void (await lawful(() => parseConfig('config.json', new TextDecoder().decode(bytes)))),
      ),
      { numRuns: 500 },
    ))
})

describe('a folder', () => {
  const write = (files: Readonly<Record<string, Uint8Array>>): string => {
    const path = at('model')
    mkdirSync(path, { recursive: true })
    for (const [name, bytes] of Object.entries(files)) writeFileSync(`${path}/${name}`, bytes)
    return path
  }
  const read = async (files: Readonly<Record<string, Uint8Array>>): Promise<void> => {
    const result = await lawful(readModelFolder(B, write(files)))
    if (result._tag === 'Left') return
    // What was accepted can be drawn from, or says why not.
    const { config: kept, generator: model } = result.right
    await lawful(async (): Promise<Outcome<unknown>> => {
      try {
        return { _tag: 'Right', right: tableRows(kept, await generate(B, model, { count: 3, key: key(2) })) }
      } catch (thrown) {
        return { _tag: 'Left', left: thrown }
      }
    })
    free({ _tag: 'Right', right: model as never })
  }
  const whole = (): Readonly<Record<string, Uint8Array>> => ({
    [modelFiles.config]: text(config()),
    [modelFiles.weights]: generator,
    [modelFiles.cloud]: cloud,
  })

  test('500 cases of a strange config.json', () =>
    fc.assert(
      fc.asyncProperty(strangeConfig(), (bytes) => read({ ...whole(), [modelFiles.config]: bytes })),
      { numRuns: 500 },
    ))
  test('100 cases of altered weights or an altered cloud are noticed', () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom('weights' as const, 'cloud' as const), damaged([generator, cloud]), (file, bytes) =>
        read({ ...whole(), [modelFiles[file]]: bytes }),
      ),
      { numRuns: 100 },
    ))
  test('500 cases of altered files whose hashes were made to fit', () =>
    fc.assert(
      fc.asyncProperty(fc.boolean(), damaged([generator]), damaged([cloud]), (both, model, points) =>
        read({
          [modelFiles.config]: text({ ...config(), weights: { sha256: sha256(model) }, cloud: { sha256: sha256(both ? points : cloud) } }),
          [modelFiles.weights]: model,
          [modelFiles.cloud]: both ? points : cloud,
        }),
      ),
      { numRuns: 500 },
    ))
})
