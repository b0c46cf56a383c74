import { type Activation, activationNames, column, fold, fromRows, type HostMatrix, key, normalArray, uniformArray } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { type LinearParameters, linear, mlp, type Network, type Parameters } from '@tweedie/nn'
import fc from 'fast-check'
import type { InferenceSession } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Anchors } from '../anchors/anchors.js'
import { type ColumnMaps, toValues } from '../columns/column-map.js'
import { fitColumns } from '../columns/fit-columns.js'
import { generate } from '../generate.js'
import { type Generator, outputColumns } from '../generator.js'
import { encodeOnnx } from './encode-onnx.js'
import { decodeMessage, type Message } from './protobuf.js'
import { modelProto } from './schema.js'
import { float32Error } from './test-float32.js'

const B = cpu()
type Native = typeof B extends import('@tweedie/core').Backend<infer N> ? N : never

// A native library: loaded here alone, and its sessions are let go.
let ort: typeof import('onnxruntime-node')
const sessions: InferenceSession[] = []
beforeAll(async () => {
  ort = await import('onnxruntime-node')
})
afterAll(async () => {
  for (const session of sessions) await session.release()
})

interface Answer {
  readonly scores: Float32Array
  readonly values: Float64Array | undefined
}

const open = async (bytes: Uint8Array): Promise<InferenceSession> => {
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 })
  sessions.push(session)
  return session
}
const run = async (session: InferenceSession, { data, rows, columns }: HostMatrix, anchors?: readonly number[]): Promise<Answer> => {
  const noise = new ort.Tensor('float32', Float32Array.from(data), [rows, columns])
  const anchor = anchors && new ort.Tensor('int64', BigInt64Array.from(anchors, BigInt), [rows])
  const { scores, values } = await session.run({ noise, ...(anchor && { anchor }) })
  return { scores: scores?.data as Float32Array, values: values?.data as Float64Array | undefined }
}

/** Standard normal noise that float32 holds exactly. */
const noise = (seed: number, rows: number, columns: number): HostMatrix => ({
  data: Float64Array.from(Float32Array.from(normalArray(key(seed), rows * columns))),
  rows,
  columns,
})

/** A network as it starts, with biases that are not 0. */
const generatorOf = (network: Network, seed: number, columns?: ColumnMaps): Generator<Native> => {
  const parameters: Parameters<Native> = network.initialise(B, key(seed)).map(
    ({ weight, bias }, l): LinearParameters<Native> => ({
      weight,
      bias: B.tensor(
        normalArray(key(seed + 1 + l), B.shape(bias)[0]).map((z) => 0.3 * z),
        B.shape(bias),
      ),
    }),
  )
  return { network, parameters, ...(columns && { columns }) }
}

/** Our forward pass in float64, layer by layer, and what float32 may do to it. */
const ours = async ({ network, parameters }: Generator<Native>, input: HostMatrix) => {
  const host = async (x: ReturnType<typeof B.tensor>): Promise<HostMatrix> => {
    const [rows, columns] = B.shape(x) as [number, number]
    return { data: await B.read(x), rows, columns }
  }
  const [hidden, before, weights]: [HostMatrix[], HostMatrix[], { weight: Float64Array; bias: Float64Array }[]] = [[], [], []]
  let x = B.tensor(input.data, [input.rows, input.columns])
  for (const [l, layer] of parameters.entries()) {
    hidden.push(await host(x))
    const z = linear(network.sizes[l] as number, network.sizes[l + 1] as number).apply(B)(layer, x)
    before.push(await host(z))
    weights.push({ weight: await B.read(layer.weight), bias: await B.read(layer.bias) })
    x = B.activate(z, l === parameters.length - 1 ? network.outputActivation : network.activation)
  }
  const whole = network.apply(B)(parameters, B.tensor(input.data, [input.rows, input.columns]))
  return { output: await B.read(whole), bound: float32Error(network, weights, hidden, before) }
}

describe('scores are those of our float64 forward pass', () => {
  const sizes = fc
    .tuple(fc.integer({ min: 1, max: 7 }), fc.array(fc.integer({ min: 1, max: 48 }), { maxLength: 3 }), fc.integer({ min: 1, max: 7 }))
    .map(([first, hidden, last]) => [first, ...hidden, last])

  test.each(activationNames)('%s: within what float32 may do to it, any sizes', (activation) =>
    fc.assert(
      fc.asyncProperty(sizes, fc.nat(1000), fc.constantFrom<Activation>(...activationNames), async (layers, seed, outputActivation) => {
        const generator = generatorOf(mlp(layers, { activation, outputActivation }), seed)
        const input = noise(seed, 9, layers[0] as number)
        const { output, bound } = await ours(generator, input)
        const { scores, values } = await run(await open(await encodeOnnx(B, generator)), input)
        expect(values).toBeUndefined()
        expect(scores.length).toBe(output.length)
        scores.forEach((score, at) => expect(Math.abs(score - (output[at] as number))).toBeLessThanOrEqual(bound[at] as number))
      }),
      { numRuns: 5 },
    ),
  )

  // That bound supposes the worst signs. Roundings of both signs add up to about √n·u a layer: for four layers of n = 128 that is
  // 2·11·6e-8 = 1.4e-6 of the numbers' size if nothing averages out, and 3e-7 to 5e-7 are seen.
  test.each(activationNames)('%s: within 1e-6 of their size, at a usual size', async (activation) => {
    const generator = generatorOf(mlp([6, 128, 128, 128, 6], { activation }), 7)
    const input = noise(3, 200, 6)
    const { output } = await ours(generator, input)
    const { scores } = await run(await open(await encodeOnnx(B, generator)), input)
    const difference = output.map((x, at) => x - (scores[at] as number))
    const root = (numbers: Float64Array): number => Math.sqrt(numbers.reduce((sum, x) => sum + x * x, 0) / numbers.length)
    const largest = (numbers: Float64Array): number => numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
    expect(root(difference) / root(output)).toBeLessThan(1e-6)
    expect(largest(difference) / largest(output)).toBeLessThan(1e-6)
  })
})

describe('values are what toValues makes of the scores, bit for bit', () => {
  const table = fromRows([
    [0, 10, -3],
    [1, 10, -1],
    [2, 20, 0],
    [5, 20, 7],
    [9, 30, 2.5],
    [9.5, 30, 2.5],
    [11, 30, 1e6],
  ])
  const through = async (maps: ColumnMaps, input: HostMatrix): Promise<void> => {
    // Scores spread over more than the knots: the network multiplies its input by about 2.
    const generator = generatorOf(mlp([maps.length, 16, maps.length], { activation: 'silu' }), 11, maps)
    const { scores, values } = await run(await open(await encodeOnnx(B, generator)), input)
    const wanted = toValues(maps, { data: Float64Array.from(scores), rows: input.rows, columns: maps.length })
    // onnxruntime's Where adds the chosen number to 0, which takes the sign of −0 away.
    expect(values).toEqual(wanted.data.map((value) => value + 0))
  }

  test('normal scores: ends that hold, repeated values, the middle of a gap', () =>
    through(fitColumns(table, 'normal-scores', key(0)).maps, noise(1, 2_000, 3)))
  test('standard: lines that go on', () => through(fitColumns(table, 'standard', key(0)).maps, noise(2, 500, 3)))
  test('columns of different maps and numbers of knots, 4,096 among them', () => {
    const long = { data: normalArray(key(5), 6_000).map((x, i) => (i % 3 === 0 ? Math.round(x) : x)), rows: 6_000, columns: 1 }
    const [many] = fitColumns(long, 'normal-scores', key(0)).maps
    const [few] = fitColumns(table, 'normal-scores', key(0)).maps
    const [line] = fitColumns({ data: column(table, 2), rows: 7, columns: 1 }, 'standard', key(0)).maps
    return through([many, few, line] as unknown as ColumnMaps, noise(3, 2_000, 3))
  })
  test('repeated values come back exactly', async () => {
    const { maps } = fitColumns(table, 'normal-scores', key(0))
    const generator = generatorOf(mlp([3, 16, 3]), 11, maps)
    const { values } = await run(await open(await encodeOnnx(B, generator)), noise(9, 300, 3))
    const seconds = Array.from({ length: 300 }, (_, i) => values?.[3 * i + 1] as number)
    expect(seconds.filter((value) => value === 10 || value === 20 || value === 30).length).toBeGreaterThan(150)
  })
})

describe('anchors', () => {
  const d = 3
  const { maps } = fitColumns(noise(21, 30, d), 'normal-scores', key(0))
  const outputs = maps.map(({ scores }, j) => scores.map((score) => 0.05 * j + 0.9 * score))
  const anchorsOf = (seed: number, rows: number, step: number): Anchors => ({
    noise: noise(seed, rows, d),
    residuals: noise(seed + 1, rows, d),
    step,
  })

  test('scores are F(√(1 − δ²) Y_j + δ ξ) and the residual: within what float32 may do to it', () =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(1000),
        fc.integer({ min: 1, max: 30 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        async (seed, rows, step) => {
          const anchors = anchorsOf(seed, rows, step)
          const generator = { ...generatorOf(mlp([d, 12, d]), seed), anchors }
          const input = noise(seed + 2, 9, d)
          const chosen = Array.from({ length: 9 }, (_, i) => (seed + 7 * i) % rows)
          // Single operations round to the nearest, so the moved noise is known bit for bit.
          const { fround } = Math
          const [keep, move] = [fround(Math.sqrt(1 - step ** 2)), fround(step)]
          const at = (matrix: HostMatrix, k: number): number => matrix.data[(chosen[Math.floor(k / d)] as number) * d + (k % d)] as number
          const moved = input.data.map((z, k) => fround(fround(keep * at(anchors.noise, k)) + fround(move * z)))
          const { output, bound } = await ours(generator, { ...input, data: moved })
          const { scores } = await run(await open(await encodeOnnx(B, generator)), input, chosen)
          scores.forEach((score, k) => {
            const wanted = (output[k] as number) + at(anchors.residuals, k)
            // And the rounding of the last sum.
            expect(Math.abs(score - wanted)).toBeLessThanOrEqual((1 + 2 ** -24) * (bound[k] as number) + 2 ** -24 * Math.abs(wanted))
          })
        },
      ),
      { numRuns: 8 },
    ))

  test('with the numbers that generate takes, the rows are those of generate; values are what the calibrated maps make of the scores', async () => {
    const count = 50
    const generator = { ...generatorOf(mlp([d, 16, d]), 4, maps), outputs, anchors: anchorsOf(30, 17, 0.3) }
    const bytes = await encodeOnnx(B, generator)
    const session = await open(bytes)
    expect([session.inputNames, session.outputNames]).toEqual([
      ['noise', 'anchor'],
      ['scores', 'values'],
    ])
    const start = Math.floor((uniformArray(fold(key(6), 1), 1)[0] as number) * 17)
    const chosen = Array.from({ length: count }, (_, i) => (start + i) % 17)
    const { scores, values } = await run(session, { data: normalArray(key(6), count * d), rows: count, columns: d }, chosen)
    const { columns: _, outputs: _outputs, ...bare } = generator
    const drawn = await generate(B, bare, { count, key: key(6) })
    // Numbers up to about 5 through two layers of at most 17 terms: some tens of roundings of 6e-8 · 5.
    scores.forEach((score, k) => expect(Math.abs(score - (drawn.data[k] as number))).toBeLessThan(1e-5))
    const wanted = toValues(outputColumns(generator) as ColumnMaps, { data: Float64Array.from(scores), rows: count, columns: d })
    expect(values).toEqual(wanted.data.map((value) => value + 0))
  })

  test('an anchor number beyond the last is refused by the runtime', async () => {
    const session = await open(await encodeOnnx(B, { ...generatorOf(mlp([d, 4, d]), 4), anchors: anchorsOf(30, 5, 0.3) }))
    await expect(run(session, noise(1, 2, d), [0, 5])).rejects.toThrow(/out of (data )?bounds/)
  })
})

describe('the file', () => {
  const generator = generatorOf(
    mlp([2, 3, 2]),
    1,
    fitColumns(
      fromRows([
        [0, 1],
        [1, 2],
        [2, 5],
      ]),
      'standard',
      key(0),
    ).maps,
  )
  test('says its versions, its names and its metadata, and is the same bytes each time', async () => {
    const options = { columnNames: ['a', 'b c'], metadata: { note: 'x' } }
    const bytes = await encodeOnnx(B, generator, options)
    expect(await encodeOnnx(B, generator, options)).toEqual(bytes)
    const model = decodeMessage(modelProto, bytes)
    expect(model).toMatchObject({ irVersion: 8, producerName: 'tweedie', opsetImport: [{ domain: '', version: 17 }] })
    expect(model['metadataProps']).toEqual([
      { key: 'columns', value: '["a","b c"]' },
      { key: 'note', value: 'x' },
    ])
    const session = await open(bytes)
    expect([session.inputNames, session.outputNames]).toEqual([['noise'], ['scores', 'values']])
    const names = ((model['graph'] as Message)['initializer'] as Message[]).map((tensor) => tensor['name'])
    expect(names).toEqual(expect.arrayContaining(['0.weight', '0.bias', '2.weight', '2.bias']))
  })

  test('refuses a wrong number of names, and weights that float32 does not hold', async () => {
    await expect(encodeOnnx(B, generator, { columnNames: ['a'] })).rejects.toMatchObject({ _tag: 'ShapeMismatch' })
    for (const factor of [Number.NaN, 1e300]) {
      const parameters = generator.parameters.map(({ weight, bias }) => ({ weight: B.mul(weight, factor), bias }))
      await expect(encodeOnnx(B, { ...generator, parameters })).rejects.toMatchObject({ _tag: 'NotFinite' })
    }
  })
})
