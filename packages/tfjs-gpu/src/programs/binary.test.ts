import { broadcastShapes } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { units32 } from './test-accuracy.js'
import { type Numbers, onWebgpu, sizeOfShape, vector } from './test-gpu.js'

const { NaN: nan, POSITIVE_INFINITY: inf } = Number
const definitions = {
  maximum: Math.max,
  minimum: Math.min,
  greater: (a: number, b: number) => (a > b ? 1 : 0),
  equal: (a: number, b: number) => (a === b ? 1 : 0),
}
const names = ['maximum', 'minimum', 'greater', 'equal'] as const

/** The number of an operand that an index of the result meets, by the rules of broadcasting: axis by axis from the last. */
const met = ({ shape, data }: Numbers, whole: readonly number[], index: number): number => {
  let [rest, at, step] = [index, 0, 1]
  for (let k = 1; k <= whole.length; k++) {
    const extent = whole[whole.length - k] as number
    const own = shape[shape.length - k] ?? 1
    if (own !== 1) at += (rest % extent) * step
    step *= own
    rest = Math.floor(rest / extent)
  }
  return data[at] as number
}

/** A shape, and what of it broadcasts to it: axes of size 1, leading ones left out. */
const stretchable = (count: number): fc.Arbitrary<readonly (readonly number[])[]> =>
  fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 6 }).chain((whole) => {
    const one = fc.tuple(fc.array(fc.boolean(), { minLength: whole.length, maxLength: whole.length }), fc.nat(whole.length))
    return fc
      .array(one, { minLength: count, maxLength: count })
      .map((cuts) => cuts.map(([ones, from]) => whole.map((extent, k) => (ones[k] ? 1 : extent)).slice(from)))
  })
const value = fc.oneof(
  fc.float({ noNaN: true, min: -9, max: 9 }).map((x) => (Math.abs(x) < 1e-30 ? 0 : x)),
  fc.constantFrom(0, -0, 1, nan, inf, -inf),
)
const numbersOf = (shape: readonly number[]): fc.Arbitrary<Numbers> =>
  fc
    .array(value, { minLength: sizeOfShape(shape), maxLength: sizeOfShape(shape) })
    .map((data) => ({ shape, data: Float32Array.from(data) }))
const operands = (count: number) => stretchable(count).chain((shapes) => fc.tuple(...shapes.map(numbersOf)))
const zeroless = (data: ArrayLike<number>): number[] => Array.from(data, (x) => x + 0)

await onWebgpu('operations of two operands in WGSL', ({ ours, run }) => {
  test.each(names)('%s broadcasts, with NaN, infinities and zeros', async (name) => {
    await fc.assert(
      fc.asyncProperty(operands(2), async ([a, b]) => {
        const shape = broadcastShapes('test', (a as Numbers).shape, (b as Numbers).shape)
        const found = await run((x, y) => ours[name](x as never, y as never), a as Numbers, b as Numbers)
        const of = (k: number) => definitions[name](met(a as Numbers, shape, k), met(b as Numbers, shape, k))
        expect(found.shape).toEqual(shape)
        expect(zeroless(found.data)).toEqual(zeroless(Array.from({ length: sizeOfShape(shape) }, (_, k) => of(k))))
      }),
      { numRuns: 25 },
    )
  })

  test('where chooses by a condition: NaN is true, −0 is false, and what is not chosen does not matter', async () => {
    await fc.assert(
      fc.asyncProperty(operands(3), async ([c, a, b]) => {
        const [condition, one, other] = [c as Numbers, a as Numbers, b as Numbers]
        const shape = broadcastShapes('test', condition.shape, broadcastShapes('test', one.shape, other.shape))
        const found = await run((x, y, z) => ours.where(x as never, y as never, z as never), condition, one, other)
        const of = (k: number) => met(met(condition, shape, k) === 0 ? other : one, shape, k)
        expect(found.shape).toEqual(shape)
        expect([...found.data]).toEqual(Array.from({ length: sizeOfShape(shape) }, (_, k) => of(k)))
      }),
      { numRuns: 25 },
    )
  })

  test('operands may be numbers, one or all', async () => {
    const x = vector([1, nan, -3, 4, 5])
    expect([...(await run((a) => ours.maximum(a as never, 2), x)).data]).toEqual([2, nan, 2, 4, 5])
    expect([...(await run((a) => ours.greater(2, a as never), x)).data]).toEqual([1, 0, 1, 0, 0])
    expect([...(await run((a) => ours.div(nan, a as never), x)).data]).toEqual([nan, nan, nan, nan, nan])
    expect([...(await run((a) => ours.where(a as never, -0, inf), x)).data]).toEqual([-0, -0, -0, -0, -0])
    const { shape, data } = await run(() => ours.div(1, 3))
    expect([shape, [...data]]).toEqual([[], [Math.fround(1 / 3)]])
  })

  describe('quotients', () => {
    // The correction leaves half a unit and a little: on SwiftShader all of these are rounded to the nearest.
    test('are right to a unit, whatever the magnitudes', async () => {
      const length = 20_000
      const bits = (k: number): number => (Math.imul(k + 1, 2_654_435_761) >>> 0) & 0xbfffffff
      const numbersFrom = (first: number): Float32Array =>
        new Float32Array(Uint32Array.from({ length }, (_, k) => bits(k + first) | 0x10000000).buffer).map((x) =>
          Number.isFinite(x) ? x : 1,
        )
      const [a, b] = [numbersFrom(0), numbersFrom(length)]
      const { data } = await run((x, y) => ours.div(x as never, y as never), vector(a), vector(b))
      const quotients = Float64Array.from(a, (x, k) => x / (b[k] as number))
      expect(quotients.filter((q) => Math.abs(q) > 1e-37 && Math.abs(q) < 3e38).length).toBeGreaterThan(length / 2)
      let most = 0
      for (let k = 0; k < length; k++) most = Math.max(most, units32(data[k] as number, quotients[k] as number))
      expect(most).toBeLessThanOrEqual(1)
    })

    test('of zeros, infinities and NaN are those of IEEE 754', async () => {
      const numbers = [0, -0, 1, -2, inf, -inf, nan, 3e38, 1e-37]
      const [a, b] = [numbers.flatMap((x) => numbers.map(() => x)), numbers.flatMap(() => numbers)]
      const { data } = await run((x, y) => ours.div(x as never, y as never), vector(a), vector(b))
      a.forEach((x, k) => {
        const exact = Math.fround(Math.fround(x) / Math.fround(b[k] as number))
        expect(data[k], `${x} / ${b[k]}`).toEqual(exact !== 0 && Math.abs(exact) < 2 ** -126 ? data[k] : exact)
      })
    })
  })
})
