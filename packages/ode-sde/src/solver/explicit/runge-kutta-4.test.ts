import { vanishingLinear } from '@tweedie/core'
import { field } from '@tweedie/score'
import { describe, expect, it } from 'vitest'
import { solve } from '../../solve/solve.js'
import { odeTerm } from '../../term/ode-term.js'
import { probabilityFlow } from '../../term/probability-flow.js'
import { B, uniform } from '../../testing/test-problems.js'
import { rungeKutta4 } from './runge-kutta-4.js'

describe('rungeKutta4', () => {
  it("is Simpson's rule for a velocity of time alone: exact for cubics", async () => {
    const term = odeTerm(B, (x, t) => B.add(B.mul(x, 0), 4 * t ** 3 - t))
    const { x } = await solve(B, term, { initial: B.tensor([2], [1, 1]), grid: [1.5, 1.1, 0.2], solver: rungeKutta4 })
    const integral = (t: number): number => t ** 4 - t ** 2 / 2
    expect((await B.read(x))[0]).toBeCloseTo(2 + integral(0.2) - integral(1.5), 13)
  })

  it('takes the four terms of the exponential series on a linear equation', async () => {
    const term = odeTerm(B, (x) => B.neg(x))
    const { x } = await solve(B, term, { initial: B.tensor([1], [1, 1]), grid: [0.7, 0], solver: rungeKutta4 })
    expect((await B.read(x))[0]).toBeCloseTo(1 + 0.7 + 0.7 ** 2 / 2 + 0.7 ** 3 / 6 + 0.7 ** 4 / 24, 14)
  })

  it('ends with an exponential Euler step where σ = 0, and lands on a point mass', async () => {
    const process = vanishingLinear()
    const term = probabilityFlow(
      B,
      process,
      field(B, 'denoiser', (x) => B.add(B.mul(x, 0), 0.3)),
    )
    const { x, statistics } = await solve(B, term, { initial: B.tensor([1, -4], [2, 1]), grid: uniform(1, 0, 5), solver: rungeKutta4 })
    for (const value of await B.read(x)) expect(value).toBeCloseTo(0.3, 12)
    expect(statistics.evaluations).toBe(17)
  })
})
