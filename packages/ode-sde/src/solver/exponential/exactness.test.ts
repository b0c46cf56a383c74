import { ornsteinUhlenbeck } from '@tweedie/core'
import { field } from '@tweedie/score'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { probabilityFlow } from '../../term/probability-flow.js'
import { integrate } from '../../term/quadrature.js'
import { B } from '../../testing/test-problems.js'
import type { Solver } from '../solver.js'
import { deis } from './deis.js'
import { dpmSolver2 } from './dpm-solver-2.js'
import { dpmSolver3 } from './dpm-solver-3.js'
import { dpmSolver3M } from './dpm-solver-3m.js'
import { exponentialRungeKutta2 } from './exponential-runge-kutta-2.js'
import { uniPC } from './uni-pc.js'

const process = ornsteinUhlenbeck()
const evaluate = (coefficients: readonly number[], tau: number): number => coefficients.reduceRight((sum, c) => sum * tau + c, 0)
const derivative = (coefficients: readonly number[]): number[] => coefficients.slice(1).map((c, k) => c * (k + 1))

/** m(x, t) = Σ c_k τ^k as a term. */
const polynomialFlow = (coefficients: readonly number[]) =>
  probabilityFlow(
    B,
    process,
    field(B, 'denoiser', (x, t) => B.add(B.mul(x, 0), evaluate(coefficients, process.logSnr(t) / 2))),
  )

/**
 * The exact step: y = x/σ has dy/dτ = e^τ m(τ), and the antiderivative of e^τ m is e^τ (m − m′ + m″ − …). So
 * x_s = (σ_s/σ_t) x_t + α_s M(τ_s) − (σ_s/σ_t) α_t M(τ_t), since σ e^τ = α.
 */
const polynomialStep = (coefficients: readonly number[], t: number, s: number, x: number): number => {
  const alternating = (c: readonly number[]): number[] => {
    const next = derivative(c)
    if (next.length === 0) return [...c]
    const rest = alternating(next)
    return c.map((value, k) => value - (rest[k] ?? 0))
  }
  const total = alternating(coefficients)
  const at = (u: number): number => process.alpha(u) * evaluate(total, process.logSnr(u) / 2)
  const ratio = process.sigma(s) / process.sigma(t)
  return ratio * x + at(s) - ratio * at(t)
}

/** The value of the denoiser at a time, as a solver remembers it. */
const polynomialValue = (coefficients: readonly number[], time: number) => ({
  time,
  value: B.full([1, 1], evaluate(coefficients, process.logSnr(time) / 2)),
})

const tenths = (low: number, high: number) => fc.integer({ min: low * 10, max: high * 10 }).map((k) => k / 10)
const coefficientsOf = (degree: number) => fc.array(tenths(-2, 2), { minLength: degree + 1, maxLength: degree + 1 })
/** Five times between 0.2 and 3, apart by a tenth at least, either way. */
const times = fc.tuple(fc.uniqueArray(fc.integer({ min: 2, max: 30 }), { minLength: 5, maxLength: 5 }), fc.boolean()).map(([cuts, up]) => {
  const sorted = cuts.sort((a, b) => (up ? a - b : b - a)).map((cut) => cut / 10)
  return sorted as [number, number, number, number, number]
})

const stepOf = async (solver: Solver, coefficients: readonly number[], past: readonly number[], t: number, s: number): Promise<number> => {
  const held = solver.start === undefined ? past : [t, ...past]
  const { x } = solver.step(B, polynomialFlow(coefficients), {
    step: 4,
    t,
    s,
    x: B.full([1, 1], 0.7),
    memory: held.map((time) => polynomialValue(coefficients, time)),
  })
  return (await B.read(x))[0] as number
}

describe('a denoiser that is a polynomial in half the log-SNR', () => {
  it('has the closed form that fine quadrature gives', () => {
    const c = [0.3, -1, 0.5, 0.2]
    const [t, s] = [2, 0.5]
    const { propagator, gain } = polynomialFlow(c)
    const m = (u: number): number => evaluate(c, process.logSnr(u) / 2)
    const value = propagator(t, s) * 0.7 + integrate((u) => propagator(u, s) * gain(u) * m(u), t, s, 'the step')
    expect(polynomialStep(c, t, s, 0.7)).toBeCloseTo(value, 11)
  })

  for (const [solver, degree] of [
    [deis(1), 0],
    [deis(2), 1],
    [deis(3), 2],
    [dpmSolver3M, 2],
    [deis(4), 3],
    [uniPC(2), 2],
    [uniPC(3), 3],
    [dpmSolver2, 0],
    [exponentialRungeKutta2, 1],
    [dpmSolver3, 1],
  ] as const) {
    it(`is stepped exactly by ${solver.name} up to degree ${degree}, on any steps either way`, async () => {
      await fc.assert(
        fc.asyncProperty(times, coefficientsOf(degree), async ([a, b, c, t, s], coefficients) => {
          const exact = polynomialStep(coefficients, t, s, 0.7)
          // Rounding, grown by the extrapolation: weights reach 1e4 where a step of 2.4 follows three of 0.1.
          expect(Math.abs((await stepOf(solver, coefficients, [c, b, a], t, s)) - exact)).toBeLessThan(1e-9 * (1 + Math.abs(exact)))
        }),
        { numRuns: 40 },
      )
    })

    it(`is not by ${solver.name} at degree ${degree + 1}`, async () => {
      const coefficients = [...new Array<number>(degree + 1).fill(0), 1]
      const found = await stepOf(solver, coefficients, [1.6, 2, 2.5], 1.2, 0.8)
      expect(Math.abs(found - polynomialStep(coefficients, 1.2, 0.8, 0.7))).toBeGreaterThan(1e-5)
    })
  }
})
