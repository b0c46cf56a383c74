import { fromRows, key, normalArray, sliceRows } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { adam, decodeSafetensors, encodeSafetensors, mlp } from '@tweedie/nn'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { fitColumns } from './columns/fit-columns.js'
import { type FittedGenerator, fit } from './fit.js'
import { generate } from './generate.js'
import type { Generator } from './generator.js'
import { decodeGenerator, encodeGenerator } from './generator-file.js'

const B = cpu()
type Native = typeof B extends import('@tweedie/core').Backend<infer N> ? N : never

// A linear map is within reach of the network, so the fit has a known answer: X = A Y.
const count = 1_000
const inputs = { data: normalArray(key(1), 2 * count), rows: count, columns: 2 }
const targets = {
  ...inputs,
  data: inputs.data.map((_, at) =>
    at % 2 === 0 ? (inputs.data[at] as number) - (inputs.data[at + 1] as number) : 0.5 * (inputs.data[at] as number),
  ),
}
const table = fromRows([
  [0, 10],
  [1, 10],
  [2, 20],
  [5, 20],
  [9, 30],
])
const { maps } = fitColumns(table, 'normal-scores', key(0))

let fitted: FittedGenerator<Native>
beforeAll(async () => {
  fitted = await fit(
    B,
    mlp([2, 24, 2]),
    { inputs, targets },
    { optimiser: adam({ rate: 1e-2 }), steps: 400, batch: 64, key: key(2), columns: maps },
  )
}, 60_000)

describe('fit', () => {
  test('learns the map: the validation error is far below the variance of the targets', () => {
    // The summed variance of the targets is 2 + 1/4.
    expect(fitted.training.bestValidationLoss).toBeLessThan(0.05)
  })

  test('refuses maps of other columns', async () => {
    const wrong = fit(
      B,
      mlp([2, 4, 2]),
      { inputs, targets },
      { optimiser: adam({ rate: 1e-2 }), steps: 1, key: key(2), columns: maps.slice(1) },
    )
    await expect(wrong).rejects.toMatchObject({ _tag: 'ShapeMismatch' })
  })
})

describe('generate', () => {
  test('a sample depends on the key and its number alone', async () => {
    const whole = await generate(B, fitted, { count: 50, key: key(4) })
    expect((await generate(B, fitted, { count: 50, key: key(4), chunk: 7 })).data).toEqual(whole.data)
    expect((await generate(B, fitted, { count: 10, first: 20, key: key(4) })).data).toEqual(sliceRows(whole, 20, 30).data)
    expect((await generate(B, fitted, { count: 50, key: key(5) })).data).not.toEqual(whole.data)
  })

  test('any range of samples can be had alone, in any chunks', async () => {
    const whole = await generate(B, fitted, { count: 40, key: key(6) })
    const small = fc.integer({ min: 1, max: 20 })
    await fc.assert(
      fc.asyncProperty(small, fc.nat(20), small, async (size, first, chunk) => {
        const part = await generate(B, fitted, { count: size, first, chunk, key: key(6) })
        expect(part.data).toEqual(sliceRows(whole, first, first + size).data)
      }),
      { numRuns: 40 },
    )
  })

  test('gives rows in the units of the table: within its range, repeated values exact', async () => {
    const samples = await generate(B, fitted, { count: 300, key: key(4) })
    for (let i = 0; i < samples.rows; i++) {
      const [x, y] = [samples.data[2 * i] as number, samples.data[2 * i + 1] as number]
      expect(x).toBeGreaterThanOrEqual(0)
      expect(x).toBeLessThanOrEqual(9)
      expect(y).toBeGreaterThanOrEqual(10)
      expect(y).toBeLessThanOrEqual(30)
    }
    const repeated = Array.from({ length: 300 }, (_, i) => samples.data[2 * i + 1] as number).filter((y) => y === 10 || y === 20).length
    expect(repeated).toBeGreaterThan(150)
  })

  test('refuses bad counts, reports weights that are not finite, and leaves no tensor', async () => {
    const before = B.liveTensors()
    for (const options of [{ count: 0 }, { count: 1.5 }, { count: 5, chunk: 0 }, { count: 5, first: -1 }])
      await expect(generate(B, fitted, { key: key(1), ...options })).rejects.toMatchObject({ _tag: 'InvalidArgument' })
    const parameters = fitted.parameters.map(({ weight, bias }) => ({ weight: B.mul(weight, Number.NaN), bias }))
    await expect(generate(B, { ...fitted, parameters }, { count: 5, key: key(1) })).rejects.toMatchObject({ _tag: 'NotFinite' })
    for (const { weight } of parameters) B.free(weight)
    const controller = new AbortController()
    controller.abort()
    await expect(generate(B, fitted, { count: 5, key: key(1), signal: controller.signal })).rejects.toMatchObject({ _tag: 'Aborted' })
    expect(B.liveTensors()).toBe(before)
  })
})

describe('the file of a generator', () => {
  const decoded = (bytes: Uint8Array): Generator<Native> => {
    const result = decodeGenerator(B, bytes)
    if (E.isLeft(result)) throw result.left
    return result.right
  }

  test('gives back the same generator, bit for bit, with and without column maps', async () => {
    for (const generator of [fitted, { network: fitted.network, parameters: fitted.parameters }]) {
      const bytes = await encodeGenerator(B, generator)
      const again = decoded(bytes)
      expect(await generate(B, again, { count: 20, key: key(1) })).toEqual(await generate(B, generator, { count: 20, key: key(1) }))
      expect(await encodeGenerator(B, again)).toEqual(bytes)
    }
  })

  test('any byte cut off, and any bit flipped in the header, is refused or harmless', async () => {
    const bytes = await encodeGenerator(B, fitted)
    const header = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true))
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        expect(decodeGenerator(B, bytes.slice(0, length))).toMatchObject({ _tag: 'Left', left: { _tag: 'InvalidModel' } })
      }),
    )
    fc.assert(
      fc.property(fc.nat(header - 1), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const altered = bytes.slice()
        altered[at] = (altered[at] as number) ^ (1 << bit)
        const result = decodeGenerator(B, altered)
        if (E.isLeft(result)) expect(result.left._tag).toBe('InvalidModel')
        else for (const { weight, bias } of result.right.parameters) [weight, bias].forEach(B.free)
      }),
      { numRuns: 300 },
    )
  })

  test('names what is wrong', async () => {
    const file = E.getOrElseW(() => {
      throw new Error('unreachable')
    })(decodeSafetensors(await encodeGenerator(B, fitted)))
    const rebuild = (
      change: (tensors: Map<string, { shape: readonly number[]; data: Float64Array }>, metadata: Map<string, string>) => void,
    ) => {
      const tensors = new Map(
        [...file.tensors].map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data as Float64Array) }]),
      )
      const metadata = new Map(file.metadata)
      change(tensors, metadata)
      return decodeGenerator(B, encodeSafetensors(tensors, Object.fromEntries(metadata)))
    }
    const says = (text: RegExp) => ({
      _tag: 'Left',
      left: expect.objectContaining({ _tag: 'InvalidModel', message: expect.stringMatching(text) }),
    })
    expect(rebuild((_, metadata) => metadata.set('format', 'other'))).toEqual(says(/format is "other"/))
    expect(rebuild((_, metadata) => metadata.set('generator', '{'))).toEqual(says(/not JSON/))
    expect(rebuild((_, metadata) => metadata.set('generator', '{"sizes":[2,0,2],"activation":"tanh"}'))).toEqual(
      says(/network cannot be made/),
    )
    expect(rebuild((tensors) => tensors.delete('columns.1.scores'))).toEqual(says(/column 2 is missing/))
    expect(rebuild((tensors) => void tensors.get('columns.0.values')?.data.reverse())).toEqual(says(/column 1 does not increase/))
    expect(rebuild((tensors) => tensors.delete('network.0.bias'))).toEqual(says(/network\.0\.bias/))
  })
})
