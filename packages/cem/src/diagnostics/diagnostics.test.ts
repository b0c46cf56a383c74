import { fromRows, hostMatrix, inverseNormal, key, ornsteinUhlenbeck, vpLinear } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { as, densityField, field } from '@tweedie/score'
import { evenly, keys } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { circleSupport } from '../support/circle-support.js'
import { lineNormal } from '../support/line-normal.js'
import { normalDistribution } from '../support/normal-distribution.js'
import { eightPoints } from '../support/points.js'
import { spiral } from '../support/spiral.js'
import { chiSquareSurvival } from './chi-square.js'
import { massAlong } from './mass-along.js'
import { pollution } from './pollution.js'
import { errorAt, scoreError } from './score-error.js'

const B = cpu()
const process = ornsteinUhlenbeck()
const support = lineNormal({ deviation: 2 })
const exact = densityField(B, support.law(B))(process)
/** Wrong by (0.1 x₁, 3). */
const wrong = field(B, 'denoiser', (x, t) => B.add(B.add(exact(x, t), B.mul(x, B.tensor([0.1, 0], [1, 2]))), B.tensor([0, 3], [1, 2])))

describe('scoreError', () => {
  it('is the mean squared difference under the law of X_t, with its standard error', () =>
    fc.assert(
      fc.asyncProperty(keys(), evenly(0.01, 5), async (of, t) => {
        const [found] = await scoreError(B, { field: wrong, exact, support, process, key: of, count: 2000, times: [t] })
        // E (0.1 X₁)² with X₁ ~ N(0, 4α² + σ²), whose square has the standard deviation √2 times its mean.
        const first = 0.01 * (4 * process.alpha(t) ** 2 + process.sigma(t) ** 2)
        const error = first * Math.sqrt(2 / 2000)
        const [a, b] = found?.perCoordinate ?? []
        expect(Math.abs((a?.mean as number) - first)).toBeLessThan(6 * error)
        expect(Math.abs((a?.standardError as number) / error - 1)).toBeLessThan(0.4)
        expect(b?.mean).toBeCloseTo(9, 10)
        expect(b?.standardError).toBeLessThan(1e-10)
        expect(found?.total.mean).toBeCloseTo((a?.mean as number) + (b?.mean as number), 10)
      }),
      { numRuns: 5 },
    ))

  it('of a field and itself is 0, and in other kinds differs by the square of the factor between them', async () => {
    const options = { support, process, key: key(5), count: 50, times: [0.01, 1] }
    for (const { total } of await scoreError(B, { ...options, field: exact, exact })) expect(total).toEqual({ mean: 0, standardError: 0 })
    const of = (kind: 'score' | 'noise') =>
      scoreError(B, { ...options, field: as(kind, process)(wrong), exact: as(kind, process)(as('noise', process)(exact)) })
    const [denoisers, scores, noises] = [await scoreError(B, { ...options, field: wrong, exact }), await of('score'), await of('noise')]
    options.times.forEach((t, k) => {
      const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
      const m = denoisers[k]?.total.mean as number
      expect((scores[k]?.total.mean as number) / (m * (alpha / sigma ** 2) ** 2)).toBeCloseTo(1, 8)
      expect((noises[k]?.total.mean as number) / (m * (alpha / sigma) ** 2)).toBeCloseTo(1, 8)
    })
  })

  it('does not depend on the chunk; times are independent; the same key gives the same bits', async () => {
    const options = { field: wrong, exact, support, process, key: key(6), count: 23, times: [0.3, 0.3] }
    const whole = await scoreError(B, options)
    expect(await scoreError(B, { ...options, chunk: 4 })).toEqual(whole)
    expect(whole[0]?.total.mean).not.toBe(whole[1]?.total.mean)
    expect((await scoreError(B, { ...options, times: [0.3] }))[0]).toEqual(whole[0])
  })

  it('leaks nothing', async () => {
    const before = B.liveTensors()
    await scoreError(B, { field: wrong, exact, support, process, key: key(6), count: 5, times: [0.3], chunk: 2 })
    expect(B.liveTensors()).toBe(before)
  })

  it('refuses fields that are no numbers, counts and times that are none, and stops when told', async () => {
    const options = { field: wrong, exact, support, process, key: key(7), count: 5, times: [0.3] }
    const nan = field(B, 'denoiser', (x) => B.mul(x, Number.NaN))
    await expect(scoreError(B, { ...options, field: nan })).rejects.toMatchObject({
      _tag: 'NotFinite',
      what: expect.stringMatching(/t = 0.3 in row 0/),
    })
    await expect(scoreError(B, { ...options, count: 1 })).rejects.toMatchObject({ _tag: 'InvalidArgument' })
    await expect(scoreError(B, { ...options, times: [Number.NaN] })).rejects.toMatchObject({ _tag: 'InvalidArgument' })
    await expect(scoreError(B, { ...options, signal: AbortSignal.abort() })).rejects.toMatchObject({ _tag: 'Aborted' })
  })
})

describe('errorAt', () => {
  it('is the difference per coordinate at a point (Figure 2)', async () => {
    const [found] = await errorAt(B, { field: wrong, exact, point: [1, -0.1], times: [1e-4] })
    expect(found?.error[0]).toBeCloseTo(0.1, 12)
    expect(found?.error[1]).toBeCloseTo(3, 12)
    expect(found?.t).toBe(1e-4)
    // The truths of Figure 2: −x₂/v = 1000 for the score (the paper's S is −1000), x₂/√v = −10 for the noise.
    const at = { point: [1, -0.1], times: [1e-4] }
    const score = as('score', process)(densityField(B, lineNormal().law(B))(process))
    expect((await errorAt(B, { field: score, exact: score, ...at }))[0]?.exact[1]).toBeCloseTo(0.1 / -Math.expm1(-1e-4), 6)
  })
})

describe('pollution', () => {
  it('is mean, root mean square and quantiles of the distance', () => {
    // |x₂| = 0, 1, 2, 3, 4.
    const samples = fromRows([0, -1, 2, -3, 4].map((y) => [7, y]))
    const found = pollution(lineNormal(), samples, [0, 0.5, 0.875, 1])
    expect(found).toMatchObject({ count: 5, mean: 2, rootMeanSquare: Math.sqrt(6) })
    expect(found.standardError).toBeCloseTo(Math.sqrt(10 / 20), 14)
    expect(found.quantiles.map(({ distance }) => distance)).toEqual([0, 2, 3.5, 4])
    expect(() => pollution(lineNormal(), fromRows([[1, 2]]))).toThrow(/1 samples/)
    expect(() => pollution(lineNormal(), samples, [2])).toThrow(/level 2/)
    expect(() =>
      pollution(
        lineNormal(),
        fromRows([
          [1, 2],
          [1, Number.NaN],
        ]),
      ),
    ).toThrow(/row 1, column 1/)
  })
})

describe('massAlong', () => {
  // p is uniform under the data: below 1e-6 once in a million.
  it('of data is uniform', () =>
    fc.assert(
      fc.property(keys(), fc.constantFrom(spiral({ nodes: 1024 }), circleSupport(2), lineNormal({ mean: 3 })), (of, along) => {
        const found = massAlong(along, along.sample(of, 1200))
        expect(found.counts.reduce((a, b) => a + b)).toBe(1200)
        expect(found.shares.length).toBe(12)
        expect(found.pValue).toBeGreaterThan(1e-6)
        expect(found.largestDeviation).toBeLessThan(12 * 7 * found.shareStandardError)
      }),
      { numRuns: 6 },
    ))

  it('finds a pile at an end', () => {
    const along = circleSupport(1)
    // A quarter of the circle has a half of the samples.
    const angles = Array.from({ length: 400 }, (_, k) => (k % 2 === 0 ? k / 1600 : k / 400) * 2 * Math.PI)
    const found = massAlong(along, fromRows(angles.map((a) => [Math.cos(a), Math.sin(a)])), 4)
    expect(found.counts).toEqual([250, 50, 50, 50])
    expect(found.largestDeviation).toBeCloseTo(1.5, 12)
    expect(found.chiSquare).toBeCloseTo(300, 10)
    expect(found.shareStandardError).toBeCloseTo(Math.sqrt((0.25 * 0.75) / 400), 14)
    expect(found.pValue).toBeLessThan(1e-12)
    expect(() => massAlong(eightPoints(), hostMatrix([1, 2], 1, 2))).toThrow(/no coordinate/)
    expect(() => massAlong(along, hostMatrix([], 0, 2))).toThrow(/no samples/)
    expect(() => massAlong(along, hostMatrix([1, 2], 1, 2), 1)).toThrow(/at least 2/)
  })
})

describe('distribution functions', () => {
  // Critical values of 5 % and 0.1 % to the digits that tables give.
  it.each([
    [1, 3.841459, 10.827566],
    [2, 5.991465, 13.815511],
    [3, 7.814728, 16.266236],
    [4, 9.487729, 18.466827],
    [11, 19.675138, 31.264134],
    [30, 43.772972, 59.703064],
  ])('χ² with %i degrees of freedom', (degrees, five, tenth) => {
    expect(chiSquareSurvival(five, degrees)).toBeCloseTo(0.05, 7)
    expect(chiSquareSurvival(tenth, degrees)).toBeCloseTo(0.001, 7)
    expect(chiSquareSurvival(0, degrees)).toBe(1)
    expect(chiSquareSurvival(1e4, degrees)).toBeLessThan(1e-15)
  })

  it('Φ is the inverse of the normal quantile', () =>
    fc.assert(
      fc.property(evenly(1e-9, 1 - 1e-9), (p) => {
        // The quantile is rounded to 1e-16 of up to 6.
        expect(Math.abs(normalDistribution(inverseNormal(p)) - p)).toBeLessThan(1e-15)
      }),
    ))

  it('Φ at its ends', () => {
    expect([normalDistribution(0), normalDistribution(40), normalDistribution(-40)]).toEqual([0.5, 1, 0])
    expect(normalDistribution(Number.POSITIVE_INFINITY)).toBe(1)
    expect(normalDistribution(Number.NaN)).toBeNaN()
    expect(normalDistribution(-6)).toBeCloseTo(9.8658764503769e-10, 15)
  })
})

describe('under another process', () => {
  it('times are those of the process (Remark 3.10)', async () => {
    const vp = vpLinear()
    const denoiser = densityField(B, support.law(B))(vp)
    const shifted = field(B, 'denoiser', (x, t) => B.add(denoiser(x, t), x))
    const [found] = await scoreError(B, { field: shifted, exact: denoiser, support, process: vp, key: key(4), count: 4000, times: [0.4] })
    const [alpha, sigma] = [vp.alpha(0.4), vp.sigma(0.4)]
    const [along, across] = [4 * alpha ** 2 + sigma ** 2, sigma ** 2]
    // 6 standard errors, √2/√4000 of each coordinate.
    expect(Math.abs((found?.perCoordinate[0]?.mean as number) / along - 1)).toBeLessThan(6 * Math.sqrt(2 / 4000))
    expect(Math.abs((found?.perCoordinate[1]?.mean as number) / across - 1)).toBeLessThan(6 * Math.sqrt(2 / 4000))
  })
})
