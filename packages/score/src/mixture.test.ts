import { fromRows, ornsteinUhlenbeck, rectifiedFlow, vanishingLinear } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { as, field, gaussian, mixture, pointCloud } from './index.js'
import { B, distance, expectScoreIsGradient, integral, matrix, moment, norm, points, rowsOf, tagOf } from './test-support.js'

const component = (dimension: number) =>
  fc
    .record({ weight: fc.double({ min: 0.01, max: 10, noNaN: true }), mean: points(dimension, 1), deviations: points(dimension, 1) })
    .map(({ weight, mean, deviations }) => ({
      weight,
      mean: mean[0] as number[],
      covariance: fromRows((deviations[0] as number[]).map((s, i, all) => all.map((_, j) => (i === j ? s * s : 0)))),
    }))
const components = (dimension: number) => fc.array(component(dimension), { minLength: 1, maxLength: 4 })

describe('mixture', () => {
  it('has the gradient of its log-density as score', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(components(1), components(2)), moment(-4, 7), points(2, 3), async (given, when, draws) => {
        const source = mixture(B, given)(when.process)
        await expectScoreIsGradient(
          source,
          when,
          draws.map((row) => row.slice(0, source.dimension)),
          3,
        )
      }),
      { numRuns: 40 },
    )
  })

  it('has one field, seen as denoiser and as score', async () => {
    await fc.assert(
      fc.asyncProperty(components(2), moment(-4, 4), points(2, 3), async (given, when, x) => {
        const source = mixture(B, given)(when.process)
        const byTweedie = as('score', when.process)(field(B, 'denoiser', source))
        // Rounding of m and x, over σ²; a responsibility is off by rounding of exponents up to (4/σ)².
        const scale = (1 + Math.max(...x.map(norm))) / when.sigma ** 4
        const direct = as('score', when.process)(source)
        expect(
          distance(await rowsOf(B, byTweedie(matrix(B, x), when.t)), await rowsOf(B, direct(matrix(B, x), when.t)), Math.max(1, scale)),
        ).toBeLessThan(1e-12)
      }),
      { numRuns: 40 },
    )
  })

  it('of one component is that Gaussian', async () => {
    await fc.assert(
      fc.asyncProperty(component(2), moment(), points(2, 3), async (given, when, rows) => {
        const [one, alone] = [mixture(B, [given])(when.process), gaussian(B, given)(when.process)]
        const x = matrix(B, rows)
        expect(await rowsOf(B, one(x, when.t))).toEqual(await rowsOf(B, alone(x, when.t)))
        expect(await rowsOf(B, as('score', when.process)(one)(x, when.t))).toEqual(
          await rowsOf(B, as('score', when.process)(alone)(x, when.t)),
        )
        expect(await B.read(one.logDensity(x, when.t))).toEqual(await B.read(alone.logDensity(x, when.t)))
      }),
      { numRuns: 40 },
    )
  })

  it('of points is the weighted point cloud', async () => {
    await fc.assert(
      fc.asyncProperty(points(2, 2, 5), moment(-4, 6), points(2, 3), async (cloud, when, rows) => {
        const none = fromRows([
          [0, 0],
          [0, 0],
        ])
        const source = mixture(
          B,
          cloud.map((mean, k) => ({ weight: k + 1, mean, covariance: none })),
        )(when.process)
        const exact = pointCloud(B, fromRows(cloud), { logWeights: cloud.map((_, k) => Math.log(k + 1)) })(when.process)
        const x = matrix(B, rows)
        // Exponents up to (3/σ)² carry rounding 2⁻⁵³ (3/σ)² into the weights: 5e-13.
        expect(distance(await rowsOf(B, source(x, when.t)), await rowsOf(B, exact(x, when.t)))).toBeLessThan(1e-11)
        const [a, b] = [await B.read(source.logDensity(x, when.t)), await B.read(exact.logDensity(x, when.t))]
        for (const [i, value] of a.entries()) expect(Math.abs(value - (b[i] as number))).toBeLessThan(1e-11 * (1 + Math.abs(value)))
      }),
      { numRuns: 40 },
    )
  })

  it('has a density that integrates to 1', async () => {
    const process = ornsteinUhlenbeck()
    const source = mixture(B, [
      {
        weight: 3,
        mean: [1.5, 0],
        covariance: fromRows([
          [0.5, 0.2],
          [0.2, 0.4],
        ]),
      },
      {
        weight: 1,
        mean: [-1, 1],
        covariance: fromRows([
          [0, 0],
          [0, 0],
        ]),
      },
    ])(process)
    // Step 0.1 against deviations of at least 0.3.
    for (const t of [0.1, 1, 4]) expect(await integral(source, t, 10, 200)).toBeCloseTo(1, 11)
  })

  it('stays finite where every component is far away', async () => {
    const source = mixture(B, [
      { mean: [0], covariance: fromRows([[0]]) },
      { mean: [1], covariance: fromRows([[0]]) },
    ])(rectifiedFlow())
    // The exponents are 5e17; the responsibilities add up to 1 all the same.
    expect(await rowsOf(B, source(matrix(B, [[1e6], [-1e6]]), 1e-3))).toEqual([[1], [0]])
  })

  it('at σ = 0 works when every component is regular, and says which is not', async () => {
    const start = vanishingLinear()
    const good = { mean: [0], covariance: fromRows([[1]]) }
    const other = { mean: [3], covariance: fromRows([[0.25]]) }
    const source = mixture(B, [good, other])(start)
    expect(distance(await rowsOf(B, source(matrix(B, [[0.5]]), 0)), [[0.5]])).toBeLessThan(1e-15)
    const [p, q] = [Math.exp(-0.125), 2 * Math.exp(-12.5)]
    const score = (p * -0.5 + q * 10) / (p + q)
    expect((await B.read(as('score', start)(source)(matrix(B, [[0.5]]), 0)))[0]).toBeCloseTo(score, 14)
    expect(() => mixture(B, [good, { mean: [0], covariance: fromRows([[0]]) }])(start)(matrix(B, [[1]]), 0)).toThrow(
      /component 1.*no density/,
    )
  })

  it('refuses what is no mixture', () => {
    const good = { mean: [0], covariance: fromRows([[1]]) }
    expect(tagOf(() => mixture(B, []))).toBe('InvalidArgument')
    for (const weight of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(tagOf(() => mixture(B, [good, { ...good, weight }]))).toBe('InvalidArgument')
    expect(
      tagOf(() =>
        mixture(B, [
          good,
          {
            mean: [0, 0],
            covariance: fromRows([
              [1, 0],
              [0, 1],
            ]),
          },
        ]),
      ),
    ).toBe('ShapeMismatch')
    expect(() => mixture(B, [good, { mean: [0], covariance: fromRows([[-1]]) }])).toThrow(/component 1: .*negative eigenvalue -1/)
  })
})
