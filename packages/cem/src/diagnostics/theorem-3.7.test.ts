/** Paper B, Theorem 3.7 and eq. (38). The paper's S is −score. */
import { fold, fromRows, normalArray, vanishingLinear, vpLinear } from '@tweedie/core'
import { as, densityField, field, mixture } from '@tweedie/score'
import { evenly, keys } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { curveIn } from '../support/curve-in.js'
import { randomPoints } from '../support/points.js'
import { evaluate, noisedSample } from './noised-sample.js'
import { posteriorVariance } from './posterior-variance.js'
import { at, B, minus, norm, ou, rowsOf } from './test-support.js'

describe('Theorem 3.7', () => {
  it('with noise in the data, X₀ = Y + N(0, s²I), the score goes to −(x − E[Y | x])/s²', () =>
    fc.assert(
      fc.asyncProperty(keys(), evenly(0.2, 1), fc.integer({ min: 1, max: 8 }), async (of, s, n) => {
        const ys = rowsOf(randomPoints(of, n, 2).points)
        const law = mixture(
          B,
          ys.map((mean) => ({
            mean,
            covariance: fromRows([
              [s * s, 0],
              [0, s * s],
            ]),
          })),
        )(ou)
        const x = Array.from(normalArray(fold(of, 1), 2))
        const weights = ys.map((y) => Math.exp(-(norm(minus(x, y)) ** 2) / (2 * s * s)))
        const total = weights.reduce((a, b) => a + b, 0)
        const given = x.map((_, j) => ys.reduce((sum, y, i) => sum + ((weights[i] as number) / total) * (y[j] as number), 0))
        const limit = x.map((v, j) => -(v - (given[j] as number)) / (s * s))
        // With R = |x| + 2, a bound of |x − y| and |y|, the exponents |x − a y|²/(2(a²s² + v)) move by at most t R²/s⁴ and E[Y | x] by 4 t R²/s⁴; the rest of the
        // score moves by t R (1/s² + 1/s⁴).
        const bound = 4 * (norm(x) + 2) ** 2 * (s ** -6 + s ** -4)
        for (const t of [1e-8, 1e-10, 1e-12]) {
          const found = (await at(as('score', ou)(law), [x], t))[0] as number[]
          expect(norm(minus(found, limit))).toBeLessThan(t * bound + 1e-12 / s ** 2)
        }
        law.free()
      }),
      { numRuns: 20 },
    ))
})

describe('(38)', () => {
  // X₀ − m = (σ/α)(ε − ξ) for each draw, whatever the field: so the two sides agree to rounding, not in the mean alone.
  const support = curveIn(4, { nodes: 2048 })
  it('E|X₀ − m|² = (σ²/α²) E|ξ − ε|², exact fields and wrong ones, under any process', () =>
    fc.assert(
      fc.asyncProperty(
        keys(),
        fc.constantFrom(ou, vpLinear(), vanishingLinear()),
        evenly(-3, 6),
        evenly(-2, 2),
        async (key, process, logSnr, slope) => {
          const t = process.timeOfLogSnr(logSnr)
          const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
          const exact = densityField(B, support.law(B))(process)
          for (const f of [exact, field(B, 'denoiser', (x) => B.mul(x, slope))] as const) {
            const options = { support, process, key, count: 50 }
            const [left] = await posteriorVariance(B, { ...options, field: f, times: [t] })
            const { clean, noised } = noisedSample('test', options, t, 0)
            const noise = (await evaluate(B, 'test', as('noise', process)(f), noised, t)).data
            const right = noise.reduce(
              (sum, e, k) => sum + (((noised.data[k] as number) - alpha * (clean.data[k] as number)) / sigma - e) ** 2,
              0,
            )
            const expected = ((sigma / alpha) ** 2 * right) / 50
            expect(Math.abs((left?.mean as number) - expected)).toBeLessThan(1e-11 * (expected + 1e-3))
            if (process === ou) expect(left?.noiseToSignal).toBeCloseTo(Math.expm1(t), 10)
          }
          exact.free()
        },
      ),
      { numRuns: 12 },
    ))
})
