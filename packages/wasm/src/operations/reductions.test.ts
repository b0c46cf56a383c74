import { key, normalArray, sizeOf } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeMachine } from '../machine/machine.js'
import { wasmMemory } from '../memory/memory.js'
import { reductions } from './reductions.js'

const machine = makeMachine()

/** Σ to twice the digits (Neumaier 1974). */
const exactSum = (values: Iterable<number>): number => {
  let [sum, correction] = [0, 0]
  for (const value of values) {
    const next = sum + value
    correction += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  return sum + correction
}

describe.each(['float32', 'float64'] as const)('in %s', (dtype) => {
  const memory = wasmMemory(machine, dtype)
  const { sum, max, min } = reductions(memory)
  const round = (value: number): number => (dtype === 'float32' ? Math.fround(value) : value)
  const put = (numbers: ArrayLike<number>, shape: readonly number[]) => {
    const x = memory.make(shape)
    memory.numbers(x).set(numbers)
    return x
  }
  /** 19 u Σ|x|, terms in u², and half a unit of the result in float32. */
  const bound = (absolute: number, result: number): number =>
    20 * 2 ** -53 * absolute + (dtype === 'float32' ? 2 ** -24 * Math.abs(result) : 0)

  test('a sum of any length, kept axes or not, is within its bound', () => {
    const shapes = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(300), fc.integer({ min: 1, max: 20 }))
    fc.assert(
      fc.property(shapes, fc.nat(1000), ([outer, count, inner], seed) => {
        const numbers = normalArray(key(seed), outer * count * inner).map(round)
        const out = memory.scope(() => [...memory.numbers(sum(put(numbers, [outer, count, inner]), 1))])
        expect(out.length).toBe(outer * inner)
        out.forEach((value, k) => {
          const o = Math.floor(k / inner)
          const column = Array.from({ length: count }, (_, c) => numbers[(o * count + c) * inner + (k % inner)] as number)
          const exact = exactSum(column)
          expect(Math.abs(value - exact)).toBeLessThanOrEqual(bound(exactSum(column.map(Math.abs)), exact))
        })
      }),
    )
  })

  test('a sum of 65,536 numbers of one sign is within two units of the exact one, along rows and columns', () => {
    const [count, inner] = [65536, 9]
    const numbers = normalArray(key(3), count * inner).map((z) => round(Math.exp(4 * z)))
    const ulp = (value: number): number => 2 ** (Math.floor(Math.log2(value)) - (dtype === 'float32' ? 23 : 52))
    memory.scope(() => {
      const x = put(numbers, [count, inner])
      const turned = memory.transposedView(x)
      const inOrder = memory.make([inner, count])
      memory.numbers(inOrder).set(memory.numbers(memory.transposedView(x)))
      for (const out of [sum(x, 0), sum(turned, 1), sum(inOrder, 1)])
        memory.numbers(out).forEach((value, j) => {
          const exact = exactSum(Float64Array.from({ length: count }, (_, k) => numbers[k * inner + j] as number))
          expect(Math.abs(value - exact) / ulp(exact)).toBeLessThan(2)
        })
      const exact = exactSum(numbers)
      expect(Math.abs((memory.numbers(sum(x))[0] as number) - exact) / ulp(exact)).toBeLessThan(2)
    })
  })

  test('large terms that cancel leave the small ones', () => {
    const big = dtype === 'float32' ? 1e8 : 1e17
    const numbers = Array.from({ length: 600 }, (_, k) => (k % 300 === 0 ? (k === 0 ? big : -big) : 1))
    memory.scope(() => {
      // Within a block they are added in float64, so float64 rounds there; between blocks nothing is lost.
      const tolerance = dtype === 'float32' ? 0 : 32 * 2 ** -53 * 2 * big
      for (const [shape, axis] of [
        [[600], 0],
        [[600, 1], 0],
        [[1, 600], 1],
      ] as const)
        expect(Math.abs((memory.numbers(sum(put(numbers, shape), axis))[0] as number) - 598)).toBeLessThanOrEqual(tolerance)
    })
  })

  test('NaN and infinities come through a sum of any length', () => {
    const special = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)
    const places = fc.array(fc.tuple(fc.nat(499), special), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(places, fc.constantFrom(1, 3, 11), fc.nat(10), (spots, inner, column) => {
        const numbers = new Float64Array(500 * inner).fill(1)
        const j = column % inner
        for (const [k, value] of spots) numbers[k * inner + j] = value
        const expected = Array.from({ length: inner }, (_, c) =>
          c === j ? numbers.reduce((s, v, k) => (k % inner === j ? s + v : s), 0) : 500,
        )
        const out = memory.scope(() => [...memory.numbers(sum(put(numbers, [500, inner]), 0))])
        expect(out).toEqual(expected)
      }),
    )
  })

  test.each([
    ['max', Number.NEGATIVE_INFINITY, max],
    ['min', Number.POSITIVE_INFINITY, min],
  ] as const)('%s finds it wherever it is, and NaN', (name, nothing, reduce) => {
    const better = name === 'max' ? Math.max : Math.min
    const shapes = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(70), fc.integer({ min: 1, max: 40 }))
    fc.assert(
      fc.property(shapes, fc.nat(1000), fc.boolean(), ([outer, count, inner], seed, spoilt) => {
        const numbers = normalArray(key(seed), outer * count * inner).map(round)
        if (spoilt && numbers.length > 0) numbers[seed % numbers.length] = Number.NaN
        const x = put(numbers, [outer, count, inner])
        const expected = Array.from({ length: outer * inner }, (_, k) => {
          let best: number = nothing
          for (let c = 0; c < count; c++) best = better(best, numbers[(Math.floor(k / inner) * count + c) * inner + (k % inner)] as number)
          return best
        })
        const all = numbers.reduce((a, b) => better(a, b), nothing as number)
        expect([...memory.numbers(reduce(x, 1))]).toEqual(expected)
        expect([...memory.numbers(reduce(x))]).toEqual([all])
        expect([...memory.numbers(reduce(memory.view(x, [outer * count * inner]), 0))]).toEqual([all])
      }),
      { numRuns: 60 },
    )
  })

  test('a transposed view gives what its numbers in order give', () => {
    const numbers = normalArray(key(5), 37 * 23).map(round)
    for (const reduce of [sum, max, min])
      for (const axis of [0, 1])
        memory.scope(() => {
          const x = put(numbers, [37, 23])
          const lazily = [...memory.numbers(reduce(memory.transposedView(x), axis))]
          const [inOrder, turned] = [memory.make([23, 37]), memory.transposedView(x)]
          memory.numbers(inOrder).set(memory.numbers(turned))
          const directly = memory.numbers(reduce(inOrder, axis))
          expect(lazily.length).toBe(sizeOf(directly.length === 37 ? [37] : [23]))
          lazily.forEach((value, k) => expect(Math.abs(value - (directly[k] as number))).toBeLessThanOrEqual(2 ** -20))
        })
  })
})
