import { key, normalArray } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areaUnderRoc } from './area-under-roc.js'
import { normalTail } from './normal-tail.js'
import { coarse, moderate, tagOf } from './test-samples.js'

/** Every pair, ties counted half. */
const byPairs = (positives: readonly number[], negatives: readonly number[]): number =>
  positives.reduce((sum, p) => sum + negatives.reduce((won, n) => won + (p > n ? 1 : p === n ? 0.5 : 0), 0), 0) /
  positives.length /
  negatives.length

const scores = fc.array(fc.oneof(moderate, coarse, fc.constant(Number.POSITIVE_INFINITY), fc.constant(-0)), { minLength: 1, maxLength: 25 })

describe('areaUnderRoc', () => {
  it('is the share of pairs in the right order, ties counted half', () => {
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        // Sums of halves are exact; two divisions round.
        expect(areaUnderRoc(positives, negatives).area).toBeCloseTo(byPairs(positives, negatives), 14)
      }),
    )
  })

  it('is one less itself with the classes swapped, and the same for any increasing function of the scores', () => {
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        const there = areaUnderRoc(positives, negatives)
        const back = areaUnderRoc(negatives, positives)
        expect(there.area + back.area).toBeCloseTo(1, 14)
        if (there.standardError !== null) expect(there.standardError).toBeCloseTo(back.standardError as number, 12)
        const warped = areaUnderRoc(positives.map(Math.atan), negatives.map(Math.atan))
        expect(warped).toEqual(there)
      }),
    )
  })

  it('is Φ(d/√2) for normals of one variance d deviations apart, within its standard error', () => {
    const difference = 1
    const [p, n] = [normalArray(key(1), 4000).map((z) => z + difference), normalArray(key(2), 3000)]
    const { area, standardError } = areaUnderRoc(p, n)
    const expected = 1 - normalTail(difference / Math.SQRT2)
    expect(Math.abs(area - expected)).toBeLessThan(4 * (standardError as number))
    // Hanley and McNeil's (1982) closed form, for exponential scores, is near: Q1 = A/(2 − A), Q2 = 2A²/(1 + A).
    const [q1, q2] = [expected / (2 - expected), (2 * expected ** 2) / (1 + expected)]
    const closed = (expected * (1 - expected) + 3999 * (q1 - expected ** 2) + 2999 * (q2 - expected ** 2)) / (4000 * 3000)
    expect(Math.abs((standardError as number) / Math.sqrt(closed) - 1)).toBeLessThan(0.1)
  })

  it('has a standard error that is the spread over repetitions', () => {
    const repeated = Array.from({ length: 400 }, (_, r) =>
      areaUnderRoc(
        normalArray(key(2 * r), 60).map((z) => z + 0.8),
        normalArray(key(2 * r + 1), 40),
      ),
    )
    const mean = repeated.reduce((sum, { area }) => sum + area, 0) / 400
    const spread = Math.sqrt(repeated.reduce((sum, { area }) => sum + (area - mean) ** 2, 0) / 399)
    const claimed = repeated.reduce((sum, { standardError }) => sum + (standardError as number), 0) / 400
    // A spread over 400 is known to 1/√800 = 3.5 %; four of those.
    expect(Math.abs(claimed / spread - 1)).toBeLessThan(0.14)
  })

  it('agrees with scikit-learn and SciPy', () => {
    // sklearn.metrics.roc_auc_score([1]*6 + [0]*5, p + n); scipy.stats.mannwhitneyu(p, n, alternative='greater', use_continuity=False,
    // method='asymptotic').pvalue
    const { area, pValue } = areaUnderRoc([0.9, 0.8, 0.8, 0.4, 0.35, 0.1], [0.8, 0.3, 0.35, 0.05, 0.1])
    expect(area).toBeCloseTo(0.7666666666666666, 12)
    expect(pValue).toBeCloseTo(0.06931293993946382, 12)
  })

  it('has the extremes it should', () => {
    expect(areaUnderRoc([3, 4], [1, 2])).toMatchObject({ area: 1, standardError: 0 })
    expect(areaUnderRoc([1, 1], [1, 1, 1])).toEqual({ area: 0.5, standardError: 0, pValue: 0.5 })
    expect(areaUnderRoc([1], [0, 2])).toMatchObject({ area: 0.5, standardError: null })
  })

  it('refuses what it cannot rank', () => {
    expect(tagOf(() => areaUnderRoc([], [1]))).toBe('InvalidArgument')
    expect(tagOf(() => areaUnderRoc([1], []))).toBe('InvalidArgument')
    expect(tagOf(() => areaUnderRoc([1], [Number.NaN]))).toBe('NotFinite')
  })
})

describe('normalTail', () => {
  it.each([
    // scipy.stats.norm.sf
    [0, 0.5],
    [1, 0.15865525393145707],
    [2.999, 0.0013543365337271057],
    [3, 0.0013498980316300933],
    [5, 2.866515718791939e-7],
    [10, 7.61985302416047e-24],
    [-2, 0.9772498680518208],
  ])('at %f', (z, expected) => {
    expect(Math.abs(normalTail(z) / expected - 1)).toBeLessThan(1e-11)
  })
})
