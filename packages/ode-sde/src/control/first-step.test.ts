import { ornsteinUhlenbeck } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { odeTerm } from '../term/ode-term.js'
import { reverseSde } from '../term/reverse-sde.js'
import { semiLinear } from '../term/semi-linear.js'
import { B, gaussianField } from '../testing/test-problems.js'
import { toleranceOf } from './error-norm.js'
import { firstStep } from './first-step.js'

const tolerance = (tol: number) => toleranceOf(B, { rtol: 0, atol: tol, norm: 'batch' })
const at = (x: number, t: number, s: number) => ({ x: B.full([2, 2], x), t, s })

describe('the first step', () => {
  it('is that of the algorithm, by hand, on dx/dt = −λ x either way in time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0.1, max: 100, noNaN: true }),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(1, -1),
        async (rate, order, way) => {
          const tol = 1e-6
          const term = odeTerm(B, (x) => B.mul(x, -rate))
          const { size, evaluations } = await firstStep(B, term, tolerance(tol), order, at(1, 0, 1e3 * way))
          // d₀ = 1/tol, d₁ = λ/tol, h₀ = 0.01/λ; the difference of the velocities is λ² h₀, so d₂ = λ²/tol.
          const steepest = Math.max(rate, rate * rate) / tol
          expect(size / Math.min(1 / rate, (0.01 / steepest) ** (1 / (order + 1)))).toBeCloseTo(1, 6)
          expect(evaluations).toBe(2)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('stays within the interval, and does not look beyond it', async () => {
    const seen: number[] = []
    const term = odeTerm(B, (x, t) => {
      seen.push(t)
      return B.mul(x, 1e-3)
    })
    expect((await firstStep(B, term, tolerance(1), 4, at(1, 2, 1.75))).size).toBe(0.25)
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(1.75)
  })

  it('is short where there is no scale to tell it from, where the velocity is no number, and where it is infinite', async () => {
    const still = odeTerm(B, (x) => B.mul(x, 0))
    expect((await firstStep(B, still, tolerance(1), 4, at(0, 0, 1))).size).toBe(1e-6)
    const broken = odeTerm(B, (x) => B.mul(x, Number.NaN))
    expect((await firstStep(B, broken, tolerance(1), 4, at(1, 0, 1))).size).toBe(1e-6)
    const singular = semiLinear(B, { linear: (t) => 1 / t, nonlinear: (x) => x, propagator: () => 1, weight: () => 0 })
    expect(await firstStep(B, singular, tolerance(1), 4, at(1, 0, 2))).toEqual({ size: 2e-3, evaluations: 0 })
    const process = ornsteinUhlenbeck()
    const reverse = reverseSde(B, process, gaussianField({ mean: [0, 0], variance: [1, 1] }, process))
    expect((await firstStep(B, reverse, tolerance(1e-3), 1, at(1, 2, 1))).size).toBeGreaterThan(0)
  })

  it('leaves no tensor', async () => {
    const before = B.liveTensors()
    const x = B.full([2, 2], 1)
    await firstStep(
      B,
      odeTerm(B, (y) => B.neg(y)),
      tolerance(1e-3),
      3,
      { x, t: 0, s: 1 },
    )
    expect(B.liveTensors()).toBe(before + 1)
    await expect(
      firstStep(
        B,
        odeTerm(B, () => {
          throw new RangeError('mine')
        }),
        tolerance(1e-3),
        3,
        { x, t: 0, s: 1 },
      ),
    ).rejects.toThrow('mine')
    expect(B.liveTensors()).toBe(before + 1)
  })
})
