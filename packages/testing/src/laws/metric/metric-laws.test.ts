import { column, type HostMatrix } from '@tweedie/core'
import { describe, expect, test } from 'vitest'
import { LawBroken, testLaws } from '../law.js'
import { type MetricClaims, metricLaws, type SampleDistance } from './metric-laws.js'

const rowsOf = ({ data, rows, columns }: HostMatrix): number[][] =>
  Array.from({ length: rows }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)])
const length = (x: readonly number[], y: readonly number[]): number => Math.hypot(...x.map((value, j) => value - (y[j] as number)))
const meanOf = ({ data, rows, columns }: HostMatrix): number[] =>
  Array.from({ length: columns }, (_, j) => column({ data, rows, columns }, j).reduce((sum, value) => sum + value, 0) / rows)

/** |mean(a) − mean(b)|: a pseudometric with every invariance. */
const means: SampleDistance = (a, b) => length(meanOf(a), meanOf(b))
const claims: MetricClaims = {
  name: 'means',
  triangle: true,
  translation: true,
  homogeneity: 1,
  rotation: true,
  points: length,
}
const names = async (distance: SampleDistance, claimed: MetricClaims = claims): Promise<string[]> => {
  const found: string[] = []
  for (const law of metricLaws(distance, claimed)) {
    const outcome = await law.check({ seed: 1, runs: 60 }).catch((error: unknown) => error)
    if (outcome !== undefined && !(outcome instanceof LawBroken)) throw outcome
    if (outcome !== undefined) found.push(law.name.replace('means: ', ''))
  }
  return found
}

describe('metricLaws hold', () => {
  for (const columns of [1, 2, 3])
    describe(`for the distance of means in ${columns} columns`, () =>
      testLaws(test, metricLaws(means, { ...claims, columns }), { seed: 1, runs: 50 }))

  test('for a divergence that claims little', async () => {
    const signed: SampleDistance = (a, b) => (meanOf(b)[0] as number) - (meanOf(a)[0] as number)
    expect(await names(signed, { name: 'means', nonNegative: false, symmetric: false, translation: true })).toEqual([])
  })
})

describe('metricLaws catch', () => {
  const cases: readonly (readonly [string, SampleDistance, readonly string[]])[] = [
    ['an offset', (a, b) => means(a, b) + 1e-3, ['d(x, x) = 0', 'd(c·a, c·b) = |c|^1 d(a, b)', 'd of two points is as stated']],
    [
      'a sign',
      (a, b) => (meanOf(b)[0] as number) - (meanOf(a)[0] as number),
      ['d ≥ 0', 'd(a, b) = d(b, a)', 'd(c·a, c·b) = |c|^1 d(a, b)', 'd(aQ, bQ) = d(a, b)', 'd of two points is as stated'],
    ],
    [
      'a square',
      (a, b) => means(a, b) ** 2,
      ['d(a, c) ≤ d(a, b) + d(b, c)', 'd(c·a, c·b) = |c|^1 d(a, b)', 'd of two points is as stated'],
    ],
    [
      'one side counted twice',
      (a, b) => means(a, b) * (a.rows < b.rows ? 1 : 2),
      ['d(a, b) = d(b, a)', 'd(a, c) ≤ d(a, b) + d(b, c)', 'd of two points is as stated'],
    ],
    [
      'first rows only',
      (a, b) => length(rowsOf(a)[0] as number[], rowsOf(b)[0] as number[]),
      ['the order of the rows does not matter', 'a shift is seen'],
    ],
    [
      'the largest difference of a column',
      (a, b) => Math.max(...meanOf(a).map((value, j) => Math.abs(value - (meanOf(b)[j] as number)))),
      ['d(aQ, bQ) = d(a, b)', 'd of two points is as stated'],
    ],
    [
      'a ratio to the size',
      (a, b) => means(a, b) / (1 + Math.hypot(...meanOf(a), ...meanOf(b))),
      ['d(a + v, b + v) = d(a, b)', 'd(c·a, c·b) = |c|^1 d(a, b)', 'd of two points is as stated'],
    ],
    ['nothing at all', () => 0, ['d of two points is as stated', 'a shift is seen']],
    ['a division by the spread', (a, b) => means(a, b) / (rowsOf(a).length - 1), ['d is a finite number']],
  ]
  for (const [what, distance, expected] of cases)
    test(what, async () => {
      expect(await names(distance)).toEqual(expect.arrayContaining([...expected]))
    })
})
