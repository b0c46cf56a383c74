import { fold, fromRows, type HostMatrix, hostMatrix, key } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Classifier } from './classifier.js'
import { classifierTwoSampleTest } from './classifier-two-sample-test.js'
import { boostingClassifier } from './gradient-boosting.js'
import { normalTail } from './normal-tail.js'
import { mapEntries, normalSample, tagOf } from './test-samples.js'

/** The best classifier of N(0, I) against N(µ, I): the linear score µ·x − |µ|²/2. It learns nothing. */
const oracle = (mean: readonly number[]): Classifier<Float64Array> => ({
  name: 'oracle',
  logOdds: (_, { data, rows, columns }) =>
    Float64Array.from({ length: rows }, (_, i) => mean.reduce((sum, m, j) => sum + m * ((data[i * columns + j] as number) - m / 2), 0)),
})

const shifted = (matrix: HostMatrix, mean: readonly number[]): HostMatrix => mapEntries(matrix, (x, j) => x + (mean[j] as number))
const quick = boostingClassifier({ trees: 20, leaves: 4 })

describe('classifierTwoSampleTest', () => {
  const mean = [0.8, -0.6, 0]
  const size = Math.hypot(...mean)
  const [a, b] = [normalSample(key(1), 2000, 3), shifted(normalSample(key(2), 2000, 3), mean)]

  it('is Φ(|µ|/2) in accuracy and Φ(|µ|/√2) in area for two Gaussians and the best classifier', () => {
    const result = classifierTwoSampleTest(a, b, { key: key(3), classifier: oracle(mean) })
    const naive = Math.sqrt(0.25 / 4000)
    // A classifier that learns nothing has no more than the binomial error: four of it.
    expect(Math.abs(result.accuracy - (1 - normalTail(size / 2)))).toBeLessThan(4 * naive)
    expect(Math.abs(result.area - (1 - normalTail(size / Math.SQRT2)))).toBeLessThan(4 * naive)
    expect(result).toMatchObject({ rows: 2000, folds: 5, classifier: 'oracle' })
    expect(result.accuracyStandardError).toBeCloseTo(1.5 * Math.sqrt((result.accuracy * (1 - result.accuracy)) / 4000), 14)
    expect(result.accuracyPValue).toBeLessThan(1e-12)
    expect(result.areaPValue).toBeLessThan(1e-12)
  })

  it('comes near that with gradient boosting', () => {
    const { accuracy, area } = classifierTwoSampleTest(a, b, { key: key(3), classifier: boostingClassifier({ trees: 40, leaves: 6 }) })
    // 4 binomial errors above; below, also what 1,600 + 1,600 rows leave unlearnt, a few per cent.
    expect(accuracy).toBeLessThan(1 - normalTail(size / 2) + 0.032)
    expect(accuracy).toBeGreaterThan(1 - normalTail(size / 2) - 0.06)
    expect(area).toBeGreaterThan(1 - normalTail(size / Math.SQRT2) - 0.06)
  })

  it('stays at ½ for two samples of one law: p-values below 5 % are about as rare as that', () => {
    const tests = Array.from({ length: 40 }, (_, r) => {
      const draw = fold(key(11), r)
      return classifierTwoSampleTest(normalSample(fold(draw, 0), 100, 2), normalSample(fold(draw, 1), 100, 2), {
        key: draw,
        classifier: boostingClassifier({ trees: 5, leaves: 3 }),
        folds: 4,
      })
    })
    // 40 trials at 5 %: more than 8 have probability 1e-4.
    expect(tests.filter(({ accuracyPValue }) => accuracyPValue < 0.05).length).toBeLessThanOrEqual(8)
    expect(tests.filter(({ areaPValue }) => areaPValue < 0.05).length).toBeLessThanOrEqual(8)
    const mean = tests.reduce((sum, { accuracy }) => sum + accuracy, 0) / 40
    // The binomial error of 200 × 40 rows is 0.0056; 1.5 times that for shared folds, and four of them.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.034)
  })

  it('is exactly ½, without evidence, for a classifier that says nothing', () => {
    const silent: Classifier<Float64Array> = { name: 'silent', logOdds: (_, { rows }) => new Float64Array(rows) }
    const result = classifierTwoSampleTest(a, b, { key: key(3), classifier: silent })
    expect(result).toMatchObject({ accuracy: 0.5, accuracyPValue: 0.5, area: 0.5, areaStandardError: 0, areaPValue: 0.5 })
  })

  it('tells apart what one cut tells apart', () => {
    const result = classifierTwoSampleTest(a, shifted(a, [100, 0, 0]), { key: key(3), classifier: quick, maxRows: 100 })
    expect(result).toMatchObject({ accuracy: 1, area: 1, rows: 100, areaStandardError: 0, accuracyStandardError: 0 })
  })

  it('trains on as many rows of each, never on the row it is asked about, and asks about every row once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 60 }), fc.integer({ min: 20, max: 60 }), fc.integer({ min: 2, max: 6 }), (m, n, folds) => {
        const numbered = (count: number, sign: number) =>
          hostMatrix(
            Float64Array.from({ length: count }, (_, i) => sign * (i + 1)),
            count,
            1,
          )
        const asked: number[] = []
        const watching: Classifier<Float64Array> = {
          name: 'watching',
          logOdds: ({ rows, labels }, queries) => {
            const seen = new Set(rows.data)
            expect(Array.from(rows.data, (value) => (value > 0 ? 1 : 0))).toEqual(Array.from(labels))
            expect(2 * Array.from(labels).reduce((sum, label) => sum + label, 0)).toBe(rows.rows)
            expect(queries.data.some((value) => seen.has(value))).toBe(false)
            asked.push(...queries.data)
            return queries.data.slice()
          },
        }
        const result = classifierTwoSampleTest(numbered(m, -1), numbered(n, 1), { key: key(m), classifier: watching, folds })
        expect(result.rows).toBe(Math.min(m, n))
        expect(new Set(asked).size).toBe(2 * Math.min(m, n))
        expect(asked.length).toBe(2 * Math.min(m, n))
        expect(result.accuracy).toBe(1)
      }),
      { numRuns: 25 },
    )
  })

  it('gives the same numbers again, and by promise where the classifier promises', async () => {
    const options = { key: key(4), maxRows: 150, classifier: quick }
    const now = classifierTwoSampleTest(a, b, options)
    expect(classifierTwoSampleTest(a, b, options)).toEqual(now)
    const later: Classifier = { ...quick, logOdds: async (...given) => quick.logOdds(...given) }
    const promised = classifierTwoSampleTest(a, b, { ...options, classifier: later })
    expect(promised).toBeInstanceOf(Promise)
    expect(await promised).toEqual(now)
  })

  it('refuses what it cannot test', async () => {
    const few = normalSample(key(1), 9, 3)
    const test = (x: HostMatrix, y: HostMatrix, options: object = {}) =>
      tagOf(() => classifierTwoSampleTest(x, y, { key: key(0), classifier: quick, ...options }))
    expect(test(few, a)).toBe('InvalidArgument')
    expect(test(few, a, { folds: 4 })).toBeUndefined()
    expect(test(a, b, { folds: 1 })).toBe('InvalidArgument')
    expect(test(a, b, { maxRows: 9 })).toBe('InvalidArgument')
    expect(test(a, normalSample(key(1), 50, 2))).toBe('ShapeMismatch')
    expect(test(a, fromRows(Array.from({ length: 10 }, () => [0, 0, Number.NaN])))).toBe('NotFinite')
    expect(test(a, b, { classifier: { name: 'short', logOdds: () => new Float64Array(1) } })).toBe('ShapeMismatch')
    const broken: Classifier = { name: 'broken', logOdds: async (_, { rows }) => new Float64Array(rows).fill(Number.NaN) }
    await expect(classifierTwoSampleTest(a, b, { key: key(0), classifier: broken })).rejects.toMatchObject({ _tag: 'NotFinite' })
  })
})
