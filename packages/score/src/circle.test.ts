import { hostMatrix, ornsteinUhlenbeck, rectifiedFlow, vanishingLinear } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { as, circle, pointCloud } from './index.js'
import { B, distance, expectScoreIsGradient, integral, matrix, moment, points, rowsOf, tagOf } from './test-support.js'

const radius = fc.double({ min: 0.1, max: 3, noNaN: true })

describe('circle', () => {
  it('has the gradient of its log-density as score', async () => {
    await fc.assert(
      fc.asyncProperty(radius, moment(-4, 8), points(2, 4), async (r, when, x) =>
        expectScoreIsGradient(circle(B, { radius: r })(when.process), when, x, r),
      ),
      { numRuns: 40 },
    )
  })

  it('has a density that integrates to 1', async () => {
    const source = circle(B, { radius: 2 })(ornsteinUhlenbeck())
    // Step 0.1 against σ ≥ 0.3.
    for (const t of [0.1, 1, 4]) expect(await integral(source, t, 8, 160)).toBeCloseTo(1, 11)
  })

  it('is the limit of many points on the circle', async () => {
    const count = 400
    const cloud = hostMatrix(
      Float64Array.from({ length: 2 * count }, (_, k) => 1.5 * (k % 2 === 0 ? Math.cos : Math.sin)((2 * Math.PI * (k >> 1)) / count)),
      count,
      2,
    )
    await fc.assert(
      fc.asyncProperty(moment(-4, 5), points(2, 3), async (when, rows) => {
        const [limit, many] = [circle(B, { radius: 1.5 })(when.process), pointCloud(B, cloud)(when.process)]
        const x = matrix(B, rows)
        // Equally spaced points are the trapezoidal rule: its error is I_400(κ)/I_0(κ), nothing for κ ≤ 1.5 · 2.9 · e^5.
        expect(distance(await rowsOf(B, limit(x, when.t)), await rowsOf(B, many(x, when.t)))).toBeLessThan(1e-11)
        const [a, b] = [await B.read(limit.logDensity(x, when.t)), await B.read(many.logDensity(x, when.t))]
        for (const [i, value] of a.entries()) expect(Math.abs(value - (b[i] as number))).toBeLessThan(1e-11 * (1 + Math.abs(value)))
      }),
      { numRuns: 30 },
    )
  })

  it('is regular at the centre, and at α = 0', async () => {
    const process = rectifiedFlow()
    const source = circle(B, { radius: 2 })(process)
    expect(await rowsOf(B, source(matrix(B, [[0, 0]]), 0.5))).toEqual([[0, 0]])
    // Near the centre m = α r² x/(2σ²) (1 + O(κ²)).
    const [[near]] = (await rowsOf(B, source(matrix(B, [[1e-9, 0]]), 0.5))) as [[number]]
    expect(near / ((0.5 * 4 * 1e-9) / (2 * 0.25))).toBeCloseTo(1, 14)
    expect(await rowsOf(B, source(matrix(B, [[3, 1]]), 1))).toEqual([[0, 0]])
    expect((await B.read(source.logDensity(matrix(B, [[3, 1]]), 1)))[0]).toBeCloseTo(-5 - Math.log(2 * Math.PI), 14)
  })

  it('goes to the nearest point of the circle as σ goes to 0', async () => {
    const process = vanishingLinear()
    const source = circle(B, { radius: 2 })(process)
    const x = matrix(B, [
      [3, 4],
      [0.3, -0.4],
      [0, 0],
    ])
    const nearest = [
      [1.2, 1.6],
      [1.2, -1.6],
      [0, 0],
    ]
    expect(distance(await rowsOf(B, source(x, 0)), nearest)).toBeLessThan(1e-15)
    // 1 − I₁/I₀ ≈ 1/(2κ) = σ²/(2 α r |x|).
    expect(distance(await rowsOf(B, source(x, 1e-12)), nearest)).toBeLessThan(1e-11)
    expect(tagOf(() => source.logDensity(x, 0))).toBe('InvalidArgument')
    expect(tagOf(() => as('score', process)(source)(x, 0))).toBe('InvalidArgument')
  })

  it('refuses a radius that is none', () => {
    for (const r of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) expect(tagOf(() => circle(B, { radius: r }))).toBe('InvalidArgument')
  })
})
