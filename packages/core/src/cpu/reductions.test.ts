import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { untyped } from '../backend/backend.js'
import { key } from '../random/key.js'
import { uniformArray } from '../random/uniform.js'
import { expectClose, expectTensor } from '../testing/expect-tensor.js'
import { build, fold, inLayout, type Laid, laid, laidAny, ordinaryNumbers, shapesOf } from '../testing/host-tensor.js'
import { cpu } from './cpu.js'
import { pairwiseSum } from './reduce.js'

const B = cpu()
const P = untyped(B)
const put = (x: Laid) => inLayout(B, x, x.layout)

const extreme =
  (empty: number, better: (a: number, b: number) => boolean) =>
  (values: readonly number[]): number =>
    values.some(Number.isNaN) ? Number.NaN : values.reduce((best, x) => (better(x, best) ? x : best), empty)

const folds = {
  sum: (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0),
  max: extreme(Number.NEGATIVE_INFINITY, (a, b) => a > b),
  min: extreme(Number.POSITIVE_INFINITY, (a, b) => a < b),
} as const

const withAxis = shapesOf({ min: 1 }).chain((shape) =>
  fc.tuple(laid(shape), fc.integer({ min: -shape.length, max: shape.length - 1 }), fc.boolean()),
)

describe('reductions of the cpu backend', () => {
  test.each(['sum', 'max', 'min'] as const)('%s along an axis, empty axes and special numbers included', async (name) => {
    await fc.assert(
      fc.asyncProperty(withAxis, async ([x, axis, keepDims]) => {
        const resolved = axis < 0 ? axis + x.shape.length : axis
        // At most three terms: pairwise summation adds them in order.
        await expectTensor(B, P[name](put(x), axis, keepDims), fold(folds[name], x, resolved, keepDims))
        if (!keepDims) await expectTensor(B, P[name](put(x), axis), fold(folds[name], x, resolved, false))
      }),
    )
  })

  test.each(['sum', 'max', 'min'] as const)('%s over everything', async (name) => {
    await fc.assert(
      fc.asyncProperty(laidAny(), async (x) => {
        await expectClose(B, P[name](put(x)), { shape: [], data: [folds[name](x.data)] }, 1e-14)
      }),
    )
  })

  test('sums of long axes, whichever they are', async () => {
    // Whole numbers add without rounding, so the order does not matter.
    const long = fc.tuple(fc.integer({ min: 65, max: 300 }), fc.integer({ min: 1, max: 3 }), fc.nat())
    await fc.assert(
      fc.asyncProperty(long, async ([count, inner, seed]) => {
        const data = uniformArray(key(seed), count * inner).map((u) => Math.floor(1000 * u))
        const expected = Array.from({ length: inner }, (_, j) => data.filter((_, k) => k % inner === j).reduce((sum, x) => sum + x, 0))
        await expectTensor(B, P.sum(P.tensor(data, [count, inner]), 0), { shape: [inner], data: expected })
        await expectTensor(B, P.sum(P.transpose(P.tensor(data, [count, inner])), 1), { shape: [inner], data: expected })
      }),
    )
  })

  test('the empty reductions are 0, −Infinity and Infinity', async () => {
    const empty = P.full([2, 0], 0)
    await expectTensor(B, P.sum(empty, 1), { shape: [2], data: [0, 0] })
    await expectTensor(B, P.max(empty, 1), { shape: [2], data: [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY] })
    await expectTensor(B, P.min(empty), { shape: [], data: [Number.POSITIVE_INFINITY] })
    await expectTensor(B, P.sum(empty, 0), { shape: [0], data: [] })
  })

  test('a million tenths sum to 1e5 within ten roundings, which a running sum misses', () => {
    const tenths = new Float64Array(1_000_000).fill(0.1)
    const running = tenths.reduce((sum, x) => sum + x, 0)
    expect(Math.abs(pairwiseSum(tenths, 0, 1, tenths.length) - 1e5)).toBeLessThan(1e-10)
    expect(Math.abs(running - 1e5)).toBeGreaterThan(1e-7)
  })

  test('an axis that is not there is refused', () => {
    for (const name of ['sum', 'max', 'min'] as const) {
      expect(() => P[name](P.full([2, 3], 0), 2)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where: name }))
      expect(() => P[name](P.full([], 0), 0)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where: name }))
    }
  })
})

describe('matMul of the cpu backend', () => {
  const sizes = fc.nat(4)
  const operands = (numbers?: fc.Arbitrary<number>) =>
    fc.tuple(sizes, sizes, sizes).chain(([m, k, p]) => fc.tuple(laid([m, k], numbers), laid([k, p], numbers)))
  const product = (a: Laid, b: Laid) =>
    build([a.shape[0] as number, b.shape[1] as number], ([i, j]) => {
      const [k, p] = b.shape as [number, number]
      return Array.from(
        { length: k },
        (_, l) => (a.data[(i as number) * k + l] as number) * (b.data[l * p + (j as number)] as number),
      ).reduce((sum, x) => sum + x, 0)
    })

  test('is the sum of products, in every layout, empty sizes included', async () => {
    await fc.assert(
      fc.asyncProperty(operands(ordinaryNumbers), async ([a, b]) => {
        // Four products below 100: their rounding is below 4 · 400 · 1.1e-16.
        await expectClose(B, P.matMul(put(a), put(b)), product(a, b), 4e-13)
      }),
    )
  })

  test('passes NaN and infinities on, 0 · Infinity included', async () => {
    const special = fc.constantFrom(0, 1, -2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)
    await fc.assert(fc.asyncProperty(operands(special), async ([a, b]) => expectClose(B, P.matMul(put(a), put(b)), product(a, b), 0)))
  })

  test('refuses inner sizes that differ and tensors that are no matrices', () => {
    expect(() => P.matMul(P.full([2, 3], 0), P.full([2, 3], 0))).toThrow(
      expect.objectContaining({ _tag: 'ShapeMismatch', where: 'matMul', what: expect.stringContaining('[2, 3] · [2, 3]') as unknown }),
    )
    expect(() => P.matMul(P.full([3], 0), P.full([3, 2], 0))).toThrow(expect.objectContaining({ _tag: 'ShapeMismatch', where: 'matMul' }))
  })
})
