import { fromRows, ornsteinUhlenbeck } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { as, gaussian, line } from './index.js'
import { B, coordinate, distance, expectScoreIsGradient, integral, matrix, moment, points, rowsOf, tagOf } from './test-support.js'

const settings = fc.record({ mean: coordinate, standardDeviation: fc.double({ min: 0, max: 2, noNaN: true }) })

describe('line', () => {
  it('has the gradient of its log-density as score', async () => {
    await fc.assert(
      fc.asyncProperty(settings, moment(), points(2, 3), async (given, when, x) =>
        expectScoreIsGradient(line(B, given)(when.process), when, x, 1),
      ),
      { numRuns: 60 },
    )
  })

  it('is the Gaussian with a singular covariance', async () => {
    await fc.assert(
      fc.asyncProperty(settings, moment(), points(2, 3), async (given, when, rows) => {
        const mine = line(B, given)(when.process)
        const theirs = gaussian(B, {
          mean: [given.mean, 0],
          covariance: fromRows([
            [given.standardDeviation ** 2, 0],
            [0, 0],
          ]),
        })(when.process)
        const x = matrix(B, rows)
        expect(distance(await rowsOf(B, mine(x, when.t)), await rowsOf(B, theirs(x, when.t)))).toBeLessThan(1e-13)
        const [a, b] = [as('score', when.process)(mine), as('score', when.process)(theirs)]
        expect(distance(await rowsOf(B, a(x, when.t)), await rowsOf(B, b(x, when.t)), 4 / when.sigma ** 2)).toBeLessThan(1e-13)
        const [p, q] = [await B.read(mine.logDensity(x, when.t)), await B.read(theirs.logDensity(x, when.t))]
        for (const [i, value] of p.entries()) expect(Math.abs(value - (q[i] as number))).toBeLessThan(1e-13 * (1 + Math.abs(value)))
      }),
      { numRuns: 60 },
    )
  })

  it('is paper B’s example, eq. (62)', async () => {
    const process = ornsteinUhlenbeck()
    const x = matrix(B, [[1, -0.1]])
    const t = 1e-4
    const [a, v] = [Math.exp(-t / 2), -Math.expm1(-t)]
    const source = line(B)(process)
    // The paper's S is minus the score: S = (x₁, x₂/v), ε = (√v x₁, x₂/√v), m = (a x₁, 0).
    expect(distance(await rowsOf(B, as('score', process)(source)(x, t)), [[-1, 0.1 / v]], 1 / v)).toBeLessThan(1e-15)
    expect(
      distance(await rowsOf(B, as('noise', process)(source)(x, t)), [[Math.sqrt(v), -0.1 / Math.sqrt(v)]], 1 / Math.sqrt(v)),
    ).toBeLessThan(1e-15)
    expect(distance(await rowsOf(B, source(x, t)), [[a, 0]])).toBeLessThan(1e-15)
  })

  it('has a density that integrates to 1', async () => {
    const source = line(B, { mean: 0.5, standardDeviation: 0.8 })(ornsteinUhlenbeck())
    for (const t of [0.1, 1, 4]) expect(await integral(source, t, 10, 200)).toBeCloseTo(1, 11)
  })

  it('at σ = 0 projects on the line and has no density', async () => {
    const source = line(B, { mean: 0.5 })(ornsteinUhlenbeck())
    expect(await rowsOf(B, source(matrix(B, [[2, 1]]), 0))).toEqual([[2, 0]])
    expect(tagOf(() => source.logDensity(matrix(B, [[2, 1]]), 0))).toBe('InvalidArgument')
    expect(tagOf(() => as('score', ornsteinUhlenbeck())(source)(matrix(B, [[2, 1]]), 0))).toBe('InvalidArgument')
  })

  it('refuses a deviation that is none, and x that is not in the plane', () => {
    for (const given of [{ standardDeviation: -1 }, { standardDeviation: Number.NaN }, { mean: Number.POSITIVE_INFINITY }])
      expect(tagOf(() => line(B, given))).toBe('InvalidArgument')
    expect(tagOf(() => line(B)(ornsteinUhlenbeck())(matrix(B, [[1]]), 1))).toBe('ShapeMismatch')
  })
})
