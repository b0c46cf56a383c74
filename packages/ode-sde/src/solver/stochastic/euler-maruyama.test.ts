import { key, type Matrix, vanishingLinear } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { type Brownian, independentIncrements } from '../../noise/brownian.js'
import { solve } from '../../solve/solve.js'
import { odeTerm, sdeTerm } from '../../term/ode-term.js'
import { reverseSde } from '../../term/reverse-sde.js'
import { B, gaussianField, logSlope, uniform } from '../../testing/test-problems.js'
import { eulerMaruyama } from './euler-maruyama.js'

// Ornstein–Uhlenbeck run towards smaller times: dx = x dt + g dW with dt < 0, from t = 1 to 0.
const g = 0.8
const ou = sdeTerm(
  B,
  (x) => x,
  () => g,
)

describe('eulerMaruyama', () => {
  it('takes drift and diffusion at the start of the step: x + (s − t) drift(x, t) + diffusion(t) ΔW', async () => {
    const term = sdeTerm(
      B,
      (x, t) => B.mul(x, 3 * t),
      (t) => 1 + t * t,
    )
    const [t, s] = [0.8, 0.3]
    const dW = await B.read(independentIncrements(B, key(6)).increment({ step: 0, t, s }, [2, 2]))
    const { x } = await solve(B, term, { initial: B.tensor([1, -2, 0.5, 4], [2, 2]), grid: [t, s], solver: eulerMaruyama, key: key(6) })
    for (const [k, value] of (await B.read(x)).entries()) {
      const from = [1, -2, 0.5, 4][k] as number
      expect(value).toBeCloseTo(from + (s - t) * 3 * t * from + (1 + t * t) * (dW[k] as number), 13)
    }
  })

  it('has weak order 1: the second moment over all sign paths, without Monte Carlo error', async () => {
    // Increments ±√h have the mean and variance of normal ones, and the second moment of a linear equation depends on no more.
    const steps = [4, 6, 8, 10, 12]
    const errors: number[] = []
    for (const count of steps) {
      const rows = 2 ** count
      const signs: Brownian<CpuTensor> = {
        refines: false,
        increment: ({ step, t, s }) =>
          B.tensor(
            Float64Array.from({ length: rows }, (_, i) => ((i >> step) & 1 ? 1 : -1) * Math.sqrt(t - s)),
            [rows, 1],
          ),
      }
      const initial = B.full([rows, 1], 1.5)
      const { x } = await solve(B, ou, { initial, grid: uniform(1, 0, count), solver: eulerMaruyama, brownian: signs })
      const values = await B.read(x)
      const exact = 1.5 ** 2 * Math.exp(-2) + (g * g * -Math.expm1(-2)) / 2
      errors.push(Math.abs(values.reduce((sum, value) => sum + value * value, 0) / rows - exact))
    }
    const slope = logSlope(
      steps.map((count) => 1 / count),
      errors,
    )
    // The steps are coarse (h from 1/4), so the next order shows: 0.91.
    expect(Math.abs(slope - eulerMaruyama.order)).toBeLessThan(0.15)
  })

  it('has strong order 1 for additive noise, on paths that refine', async () => {
    const fine = 2 ** 11
    const rows = 100
    const path = independentIncrements(B, key(5))
    const shape = [rows, 1] as const
    const finest = uniform(1, 0, fine)
    const level = (count: number): Brownian<CpuTensor> => ({
      refines: true,
      increment: ({ step }) => {
        const each = fine / count
        let sum: Matrix<CpuTensor> = B.full([rows, 1], 0)
        for (let k = step * each; k < (step + 1) * each; k++)
          sum = B.add(sum, path.increment({ step: k, t: finest[k] as number, s: finest[k + 1] as number }, shape))
        return sum
      },
    })
    const end = async (count: number): Promise<Float64Array> => {
      const initial = B.full([rows, 1], 1.5)
      const { x } = await solve(B, ou, { initial, grid: uniform(1, 0, count), solver: eulerMaruyama, brownian: level(count) })
      return B.read(x)
    }
    const reference = await end(fine)
    const steps = [4, 8, 16, 32, 64]
    const errors: number[] = []
    for (const count of steps)
      errors.push((await end(count)).reduce((sum, value, i) => sum + Math.abs(value - (reference[i] as number)), 0) / rows)
    const slope = logSlope(
      steps.map((count) => 1 / count),
      errors,
    )
    expect(Math.abs(slope - (eulerMaruyama.strongOrder as number))).toBeLessThan(0.15)
  })

  it('refuses to start where the drift is infinite', async () => {
    const process = vanishingLinear()
    const term = reverseSde(B, process, gaussianField({ mean: [0], variance: [1] }, process))
    const initial = B.tensor([1], [1, 1])
    await expect(solve(B, term, { initial, grid: [1, 0.5], solver: eulerMaruyama, key: key(1) })).rejects.toMatchObject({
      _tag: 'SolverFailure',
    })
  })

  it('refuses a term without noise, called by itself', () => {
    const term = odeTerm(B, (x) => x)
    expect(() => eulerMaruyama.step(B, term, { step: 0, t: 1, s: 0, x: B.tensor([1], [1, 1]), memory: [] })).toThrow(/without/)
  })
})
