import { evenly } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { all, atLeast, atMost, claim, ordered, show, within } from './claims.js'
import { scatter } from './figure-points.js'
import { chiSquare, frequencies, frequencyError, largestDeviation } from './frequencies.js'
import { exponentOf, leastSquares } from './least-squares.js'
import { deviation, mean, measure, standardError } from './measures.js'
import { perSeed, seedKeys } from './seeds.js'

const value = evenly(-100, 100)
const values = fc.array(value, { minLength: 1, maxLength: 6 })

describe('claims', () => {
  it('checks hold exactly where every value keeps the bound', () => {
    fc.assert(
      fc.property(values, value, value, (xs, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        expect(within('x', xs, [low, high]).holds).toBe(Math.min(...xs) >= low && Math.max(...xs) <= high)
        expect(atMost('x', xs, a).holds).toBe(Math.max(...xs) <= a)
        expect(atLeast('x', xs, a).holds).toBe(Math.min(...xs) >= a)
        expect(all(atMost('x', xs, a), atLeast('x', xs, b)).holds).toBe(atMost('x', xs, a).holds && atLeast('x', xs, b).holds)
      }),
    )
  })

  it('an order holds at every seed or not at all, and a margin makes it harder', () => {
    const variants = [
      ['a', [1, 4]],
      ['b', [2, 5]],
      ['c', [9, 8]],
    ] as const
    expect(ordered('x', variants)).toEqual({ holds: true, evidence: 'x: a 1, 4; b 2, 5; c 9, 8' })
    expect(ordered('x', variants, 0.7).holds).toBe(false)
    expect(ordered('x', [variants[0], ['b', [2, 4]]]).holds).toBe(false)
    expect(() => ordered('x', [variants[0], ['b', [2]]])).toThrow(expect.objectContaining({ _tag: 'ShapeMismatch' }))
  })

  it('a verdict is that of its check, and then of its condition', () => {
    const [yes, no] = [
      { holds: true, evidence: 'y' },
      { holds: false, evidence: 'n' },
    ]
    expect(claim('s', yes)).toEqual({ statement: 's', verdict: 'reproduced', evidence: 'y' })
    expect(claim('s', no)).toEqual({ statement: 's', verdict: 'not reproduced', evidence: 'n' })
    expect(claim('s', no, { condition: 'c', check: yes })).toEqual({
      statement: 's',
      verdict: 'reproduced under a condition',
      condition: 'c',
      evidence: 'n. y',
    })
    expect(claim('s', yes, { condition: 'c', check: no })).toEqual({ statement: 's', verdict: 'reproduced', evidence: 'y. n' })
    expect(claim('s', no, { condition: 'c', check: no }).verdict).toBe('not reproduced')
  })

  it('NaN is no verdict, and numbers are shown with three digits', () => {
    for (const bad of [[], [1, Number.NaN]]) expect(() => atMost('x', bad, 1)).toThrow(expect.objectContaining({ _tag: 'NotFinite' }))
    expect([0, 1 / 3, -1234.5, 1e-6, 0.00123456].map(show)).toEqual(['0', '0.333', '-1230', '1e-6', '0.00123'])
  })
})

describe('measures', () => {
  it('holds the first seed, all of several, and refuses what JSON cannot say', () => {
    expect(measure({ quantity: 'q', variant: 'v' }, [2])).toEqual({ quantity: 'q', variant: 'v', ours: 2 })
    expect(measure({ quantity: 'q', variant: 'v', unit: 'm', paper: 3 }, [2, 1])).toEqual({
      quantity: 'q',
      variant: 'v',
      unit: 'm',
      ours: 2,
      perSeed: [2, 1],
      paper: 3,
    })
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => measure({ quantity: 'q', variant: 'v' }, [1, bad])).toThrow(expect.objectContaining({ _tag: 'NotFinite' }))
    expect(() => measure({ quantity: 'q', variant: 'v' }, [])).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
  })

  it('moments follow a shift and a scale', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 8 }), value, evenly(0.1, 10), (xs, shift, scale) => {
        const ys = xs.map((x) => shift + scale * x)
        // Rounding: numbers up to 1,100, sums of eight of them.
        expect(Math.abs(mean(ys) - (shift + scale * mean(xs)))).toBeLessThan(1e-11)
        expect(Math.abs(deviation(ys) - scale * deviation(xs))).toBeLessThan(1e-10)
        expect(Math.abs(standardError(xs) * Math.sqrt(xs.length) - deviation(xs))).toBeLessThan(1e-12)
      }),
    )
    expect(deviation([1, 3])).toBeCloseTo(Math.SQRT2, 15)
  })

  it('least squares finds a line and the exponent of a power', () => {
    fc.assert(
      fc.property(evenly(-5, 5), evenly(-2, 2), (intercept, slope) => {
        const xs = [1e-6, 1e-4, 0.01, 0.3, 2]
        const found = leastSquares(
          xs,
          xs.map((x) => intercept + slope * x),
        )
        expect(Math.abs(found.slope - slope) + Math.abs(found.intercept - intercept)).toBeLessThan(1e-13)
        expect(
          Math.abs(
            exponentOf(
              xs,
              xs.map((x) => Math.exp(intercept) * x ** slope),
            ) - slope,
          ),
        ).toBeLessThan(1e-13)
      }),
    )
    // Against the normal equations of three points off a line, by hand.
    expect(leastSquares([0, 1, 2], [0, 2, 1])).toEqual({ slope: 0.5, intercept: 0.5 })
    expect(() => leastSquares([1, 1], [0, 2])).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
  })
})

describe('frequencies', () => {
  it('of the table of the paper', () => {
    const shares = [0.2086, 0.1924, 0.2092, 0.1977, 0.1921]
    const cells = shares.flatMap((share, k) => new Array<number>(Math.round(share * 1e4)).fill(k))
    expect(frequencies(cells, 5)).toEqual(shares)
    // Σ (n_k − 2000)²/2000 of whole numbers.
    const sum = [2086, 1924, 2092, 1977, 1921].reduce((total, n) => total + (n - 2000) ** 2, 0) / 2000
    expect(chiSquare(shares, 1e4)).toBeCloseTo(sum, 10)
    expect(largestDeviation(shares)).toBeCloseTo(0.0092, 12)
    expect(frequencyError(5, 1e4)).toBeCloseTo(0.004, 15)
  })
})

describe('seeds', () => {
  it('runs one seed after another with keys of their own, and refuses none or one twice', async () => {
    const order: string[] = []
    const runs = await perSeed({ seeds: [7, 2] }, async (seed, keys, index) => {
      order.push(`from ${seed}`)
      await Promise.resolve()
      order.push(`to ${seed}`)
      return { keys, index }
    })
    expect(order).toEqual(['from 7', 'to 7', 'from 2', 'to 2'])
    const all = [7, 2].flatMap((seed) => {
      const { data, sampling, measuring, training } = seedKeys(seed)
      return [data, sampling, measuring, training(0), training(1)].map((key) => JSON.stringify(key))
    })
    expect(new Set(all).size).toBe(10)
    expect(runs.map(({ keys, index }) => [JSON.stringify(keys.data), index])).toEqual([
      [all[0], 0],
      [all[5], 1],
    ])
    for (const seeds of [[], [1, 1]]) await expect(perSeed({ seeds }, async () => 0)).rejects.toMatchObject({ _tag: 'InvalidArgument' })
    await expect(perSeed({ seeds: [1], signal: AbortSignal.abort() }, async () => 0)).rejects.toMatchObject({ _tag: 'Aborted' })
  })
})

describe('figures', () => {
  it('a scatter has the first rows, rounded, and no more than asked', () => {
    const data = Float64Array.of(1 / 3, 2, Number.NaN, 1, 5, 6, 7, 8)
    expect(scatter({ data, rows: 4, columns: 2 }, 2)).toEqual([
      [0.33333, 2],
      [5, 6],
    ])
    expect(scatter({ data: new Float64Array(6000), rows: 3000, columns: 2 }).length).toBe(2000)
  })
})
