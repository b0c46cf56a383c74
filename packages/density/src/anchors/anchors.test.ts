import { type Backend, hostMatrix, key, normalArray, sliceRows, takeRows } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { decodeSafetensors, encodeSafetensors, mlp, type Parameters } from '@tweedie/nn'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { fitColumns } from '../columns/fit-columns.js'
import { generate } from '../generate.js'
import type { Generator } from '../generator.js'
import { decodeGenerator, encodeGenerator } from '../generator-file.js'
import { anchorsFor } from './anchors.js'
import { balancedOrder } from './balanced-order.js'
import { makeAnchors } from './make-anchors.js'

const B = cpu()
type Native = typeof B extends Backend<infer N> ? N : never

const normals = (seed: number, rows: number, columns: number) => hostMatrix(normalArray(key(seed), rows * columns), rows, columns)
/** The numbers that float32 holds. */
const rounded = (seed: number, rows: number, columns: number) => {
  const { data } = normals(seed, rows, columns)
  return hostMatrix(Float64Array.from(Float32Array.from(data)), rows, columns)
}

const network = mlp([2, 8, 2])
const parameters = network.initialise(B, key(1))
const table = normals(2, 10, 2)
const pairs = { inputs: normals(3, 35, 2), targets: normals(4, 35, 2) }

/** A generator with anchors, column maps and a calibration of its own, drawn by seed. */
const complete = (seed: number, d: number, rows: number, step: number): Generator<Native> => {
  const net = mlp([d, 4, d])
  const { maps } = fitColumns(normals(seed, 12, d), seed % 2 === 0 ? 'normal-scores' : 'standard', key(seed))
  const outputs = maps.map(({ scores }, j) => scores.map((score) => 0.1 * j + 0.8 * score))
  const anchors = { noise: rounded(seed + 1, rows, d), residuals: rounded(seed + 2, rows, d), step }
  return { network: net, parameters: net.initialise(B, key(seed)), columns: maps, outputs, anchors }
}
const free = (layers: Parameters<Native>): void => {
  for (const { weight, bias } of layers) [weight, bias].forEach(B.free)
}

describe('anchors', () => {
  test('a step to nothing gives the labels back, one after the other in their balanced order', async () => {
    const anchors = await makeAnchors(B, { network, parameters }, pairs, table, { step: 1e-9 })
    const order = balancedOrder(pairs.targets, table)
    const count = 80
    const drawn = await generate(B, { network, parameters, anchors }, { count, key: key(5) })
    // Where the key begins, which `another key` tests: the label that the first sample is.
    const isFirst = (label: number): boolean => Math.abs((pairs.targets.data[2 * label] as number) - (drawn.data[0] as number)) < 1e-6
    const first = order.findIndex(isFirst)
    expect(first).toBeGreaterThanOrEqual(0)
    const wanted = takeRows(
      pairs.targets,
      Array.from({ length: count }, (_, i) => order[(first + i) % order.length] as number),
    )
    // The residuals are rounded to float32, 6e-8 of numbers up to about 5; the step moves Y by about 1e-9.
    drawn.data.forEach((x, at) => expect(Math.abs(x - (wanted.data[at] as number))).toBeLessThan(1e-6))
  })

  test('Y is N(0, 1), and correlated with its anchor as √(1 − δ²) says', async () => {
    // One layer that passes its input on, and no residuals: the sample is Y.
    const [rows, step] = [20_000, 0.3]
    const identity = {
      network: mlp([1, 1]),
      parameters: [{ weight: B.tensor([1], [1, 1]), bias: B.tensor([0], [1]) }] as Parameters<Native>,
    }
    const anchors = { noise: rounded(6, rows, 1), residuals: hostMatrix(new Float64Array(rows), rows, 1), step }
    const { data } = await generate(B, { ...identity, anchors }, { count: rows, key: key(7) })
    const { noise } = anchorsFor(anchors, key(7), 0, rows)
    const mean = (of: (y: number, i: number) => number): number => data.reduce((sum, y, i) => sum + of(y, i), 0) / rows
    // Five standard errors each; the variances of y, y², y⁴ are 1, 2, 96, that of y·y_j at correlation c is 1 + c². Error rate 2e-6.
    const within = (found: number, wanted: number, variance: number) =>
      expect(Math.abs(found - wanted)).toBeLessThan(5 * Math.sqrt(variance / rows))
    const c = Math.sqrt(1 - step ** 2)
    within(
      mean((y) => y),
      0,
      1,
    )
    within(
      mean((y) => y ** 2),
      1,
      2,
    )
    within(
      mean((y) => y ** 4),
      3,
      96,
    )
    within(
      mean((y, i) => y * (noise[i] as number)),
      c,
      1 + c ** 2,
    )
    free(identity.parameters)
  })

  test('sample i is the same in any chunk, alone, or among more', async () => {
    const generator = complete(8, 2, 13, 0.4)
    const whole = await generate(B, generator, { count: 60, key: key(9) })
    const small = fc.integer({ min: 1, max: 30 })
    await fc.assert(
      fc.asyncProperty(small, fc.nat(30), small, async (count, first, chunk) => {
        const part = await generate(B, generator, { count, first, chunk, key: key(9) })
        expect(part.data).toEqual(sliceRows(whole, first, first + count).data)
      }),
      { numRuns: 40 },
    )
    free(generator.parameters)
  })

  test('another key begins at another anchor', () => {
    const { anchors } = complete(8, 2, 13, 0.4)
    const firsts = Array.from({ length: 40 }, (_, seed) => anchorsFor(anchors as NonNullable<typeof anchors>, key(seed), 0, 1).noise[0])
    // Of 13 places, 40 keys miss more than half with a probability below 1e-8.
    expect(new Set(firsts).size).toBeGreaterThan(6)
  })

  test('makeAnchors: the same numbers in any chunk, no tensor left, bad steps and columns refused', async () => {
    const before = B.liveTensors()
    const of = (options: { step: number; chunk?: number }) => makeAnchors(B, { network, parameters }, pairs, table, options)
    expect(await of({ step: 0.5, chunk: 4 })).toEqual(await of({ step: 0.5 }))
    expect(B.liveTensors()).toBe(before)
    for (const step of [0, -0.1, 1.01, Number.NaN]) await expect(of({ step })).rejects.toMatchObject({ _tag: 'InvalidArgument' })
    const other = makeAnchors(B, { network, parameters }, pairs, normals(1, 5, 3), { step: 0.5 })
    await expect(other).rejects.toMatchObject({ _tag: 'ShapeMismatch' })
  })
})

describe('the file of a generator with anchors and a calibration', () => {
  test('gives the same samples, bit for bit, and the same bytes again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1e6),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        async (seed, d, rows, step) => {
          const generator = complete(seed, d, rows, step)
          const bytes = await encodeGenerator(B, generator)
          const again = decodeGenerator(B, bytes)
          if (E.isLeft(again)) throw again.left
          const draw = { count: 25, key: key(seed) }
          expect(await generate(B, again.right, draw)).toEqual(await generate(B, generator, draw))
          expect(again.right.anchors).toEqual(generator.anchors)
          expect(again.right.outputs).toEqual(generator.outputs)
          expect(await encodeGenerator(B, again.right)).toEqual(bytes)
          free(generator.parameters)
          free(again.right.parameters)
        },
      ),
      { numRuns: 15 },
    )
  })

  type Tensors = Map<string, { shape: readonly number[]; data: Float64Array | Float32Array }>
  const damage: readonly (readonly [name: string, text: RegExp, change: (tensors: Tensors) => void, description?: object])[] = [
    ['no noise', /anchors are not complete/, (tensors) => tensors.delete('anchors.noise')],
    ['no residuals', /anchors are not complete/, (tensors) => tensors.delete('anchors.residuals')],
    ['fewer residuals', /anchors/, (tensors) => tensors.set('anchors.residuals', { shape: [3, 2], data: new Float32Array(6) })],
    ['other columns', /anchors/, (tensors) => tensors.set('anchors.noise', { shape: [26, 1], data: new Float32Array(26) })],
    ['numbers of float64', /anchors/, (tensors) => tensors.set('anchors.noise', { shape: [13, 2], data: new Float64Array(26) })],
    ['NaN', /anchors/, (tensors) => tensors.set('anchors.noise', { shape: [13, 2], data: new Float32Array(26).fill(Number.NaN) })],
    ['a step of 0', /anchors/, () => undefined, { step: 0 }],
    ['a step of 2', /anchors/, () => undefined, { step: 2 }],
    ['a step of text', /anchors/, () => undefined, { step: '0.5' }],
    ['one calibration', /calibration of column 2 is missing/, (tensors) => tensors.delete('columns.1.outputs')],
    [
      'a short calibration',
      /calibration of column 1/,
      (tensors) => tensors.set('columns.0.outputs', { shape: [1], data: Float64Array.of(1) }),
    ],
    [
      'a calibration that falls',
      /calibration of column 1/,
      (tensors) => tensors.set('columns.0.outputs', { shape: [12], data: Float64Array.from({ length: 12 }, (_, k) => -k) }),
    ],
  ]
  test.each(damage.map((each) => ({ name: each[0], each })))('is refused with $name', async ({ each: [, text, change, description] }) => {
    const file = decodeSafetensors(await encodeGenerator(B, complete(8, 2, 13, 0.4)))
    if (E.isLeft(file)) throw file.left
    const tensors = new Map(file.right.tensors) as unknown as Tensors
    const metadata = Object.fromEntries(file.right.metadata) as Record<'format' | 'generator', string>
    change(tensors)
    const generator = JSON.stringify({ ...(JSON.parse(metadata.generator) as object), ...description })
    const before = B.liveTensors()
    const result = decodeGenerator(B, encodeSafetensors([...tensors], { ...metadata, generator }))
    expect(result).toMatchObject({ _tag: 'Left', left: { _tag: 'InvalidModel', message: expect.stringMatching(text) } })
    expect(B.liveTensors()).toBe(before)
  })
})
