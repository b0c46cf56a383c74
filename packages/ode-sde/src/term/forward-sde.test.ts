import {
  key,
  ornsteinUhlenbeck,
  rectifiedFlow,
  subVp,
  transition,
  vanishingLinear,
  varianceExploding,
  vpCosine,
  vpLinear,
} from '@tweedie/core'
import { describe, expect, it } from 'vitest'
import { brownianPath } from '../noise/brownian-path.js'
import { solve } from '../solve/solve.js'
import { eulerMaruyama } from '../solver/stochastic/euler-maruyama.js'
import { exponentialEulerMaruyama } from '../solver/stochastic/exponential-euler-maruyama.js'
import { B, moments } from '../testing/test-problems.js'
import { forwardSde } from './forward-sde.js'
import { integrate } from './quadrature.js'

const processes = [ornsteinUhlenbeck(), vanishingLinear(), vpLinear(), vpCosine(), subVp(), rectifiedFlow(), varianceExploding()]

describe('forwardSde', () => {
  it('has the transition of the process as propagator and noise, and the integrals of its coefficients', () => {
    for (const process of processes) {
      const term = forwardSde(B, process)
      const [low, high] = process.timeRange
      const at = (fraction: number): number => low + (high - low) * fraction
      for (const [t, s] of [
        [at(0.05), at(0.3)],
        [at(0.3), at(0.9)],
        [at(0.5), at(0.51)],
      ] as const) {
        const { factor, variance } = transition(process, t, s)
        expect(term.propagator(t, s)).toBeCloseTo(factor, 13)
        expect(term.noise(t, s) ** 2 / variance).toBeCloseTo(1, 11)
        expect(Math.exp(integrate(term.linear, t, s, 'linear')) / factor).toBeCloseTo(1, 10)
        expect(integrate((u) => (term.propagator(u, s) * term.diffusion(u)) ** 2, t, s, 'diffusion') / variance).toBeCloseTo(1, 10)
      }
    }
  })

  it('has exactly the marginals of the process by exponential steps, from the data onto pure noise', async () => {
    const rows = 8000
    for (const process of processes) {
      const [low, high] = process.timeRange
      const initial = B.full([rows, 1], 2)
      const grid = [low, low + 0.2 * (high - low), low + 0.3 * (high - low), high]
      const { x } = await solve(B, forwardSde(B, process), { initial, grid, solver: exponentialEulerMaruyama, key: key(8) })
      const { mean, variance } = moments(await B.read(x), 1)
      // From X = 2 at the start: α and σ relative to those there. 5 standard errors, 14 comparisons: error rate 8e-6, fixed key.
      const law = transition(process, low, high)
      expect(Math.abs((mean[0] as number) - 2 * law.factor)).toBeLessThan(5 * Math.sqrt(law.variance / rows))
      expect(Math.abs((variance[0] as number) / law.variance - 1)).toBeLessThan(5 * Math.sqrt(2 / rows))
    }
  })

  it('is approached by Euler–Maruyama along the same path, backwards or forwards in time', async () => {
    const process = ornsteinUhlenbeck()
    const path = brownianPath(B, key(3), { span: [0, 1] })
    const run = async (steps: number, solver = eulerMaruyama) => {
      const grid = Array.from({ length: steps + 1 }, (_, k) => k / steps)
      return B.read((await solve(B, forwardSde(B, process), { initial: B.full([50, 1], 1.5), grid, solver, brownian: path })).x)
    }
    const exact = await run(2048, exponentialEulerMaruyama)
    const error = async (steps: number) =>
      (await run(steps)).reduce((sum, value, i) => sum + Math.abs(value - (exact[i] as number)), 0) / 50
    const [coarse, fine] = [await error(16), await error(128)]
    // Strong order 1: a factor of 8, to within what 50 paths tell.
    expect(coarse / fine).toBeGreaterThan(6)
    expect(coarse / fine).toBeLessThan(11)
  })
})
