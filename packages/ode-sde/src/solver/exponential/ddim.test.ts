import {
  type ForwardProcess,
  ornsteinUhlenbeck,
  rectifiedFlow,
  subVp,
  vanishingLinear,
  varianceExploding,
  vpCosine,
  vpLinear,
} from '@tweedie/core'
import { field } from '@tweedie/score'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { solve } from '../../solve/solve.js'
import { probabilityFlow } from '../../term/probability-flow.js'
import { semiLinear } from '../../term/semi-linear.js'
import { B, endError, gaussianField, gaussianFlow, logSlope, measuredOrder, problems, uniform } from '../../testing/test-problems.js'
import { ddim } from './ddim.js'

const point = [0.3, -2]
const atPoint = field(B, 'denoiser', (x) => B.add(B.mul(x, 0), B.tensor(point, [1, 2])))

describe('ddim', () => {
  for (const problem of problems)
    it(`has order 1 on ${problem.name}`, async () => {
      expect(Math.abs((await measuredOrder(ddim, problem)) - ddim.order)).toBeLessThan(0.15)
    })

  it('is exact for a point mass in any steps: x_s = α_s y + (σ_s/σ_t)(x_t − α_t y)', async () => {
    const processes: readonly ForwardProcess[] = [
      ornsteinUhlenbeck(),
      vanishingLinear(),
      vpLinear(),
      vpCosine(),
      subVp(),
      rectifiedFlow(),
      varianceExploding({ sigmaMax: 5 }),
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...processes),
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 4, maxLength: 4 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 5 }),
        async (process, states, cuts) => {
          const [low, high] = process.timeRange
          const grid = cuts.sort((a, b) => b - a).map((cut) => low + ((high - low) * cut) / 100)
          const [t, s] = [grid[0] as number, grid.at(-1) as number]
          const { x } = await solve(B, probabilityFlow(B, process, atPoint), { initial: B.tensor(states, [2, 2]), grid, solver: ddim })
          const ratio = process.sigma(s) / process.sigma(t)
          const values = await B.read(x)
          states.forEach((state, k) => {
            const y = point[k % 2] as number
            // Rounding of a few operations on numbers up to 5, per step.
            expect(values[k]).toBeCloseTo(process.alpha(s) * y + ratio * (state - process.alpha(t) * y), 12)
          })
        },
      ),
      { numRuns: 60 },
    )
  })

  it('holds the field of where a step starts until its end: x_s = α_s m(t) + (σ_s/σ_t)(x_t − α_t m(t))', async () => {
    const atTimes = field(B, 'denoiser', (x, t) => B.add(B.mul(x, 0), Math.cos(3 * t)))
    const hundredths = (min: number, max: number) => fc.integer({ min, max }).map((k) => k / 100)
    const fractions = fc.tuple(hundredths(50, 100), hundredths(0, 40))
    const processes = fc.constantFrom<ForwardProcess>(ornsteinUhlenbeck(), vanishingLinear(), subVp(), rectifiedFlow())
    await fc.assert(
      fc.asyncProperty(processes, fractions, hundredths(-300, 300), async (process, [start, stop], state) => {
        const [low, high] = process.timeRange
        const [t, s] = [low + (high - low) * start, low + (high - low) * stop]
        const options = { initial: B.tensor([state], [1, 1]), grid: [t, s], solver: ddim }
        const [value] = await B.read((await solve(B, probabilityFlow(B, process, atTimes), options)).x)
        const m = Math.cos(3 * t)
        const exact = process.alpha(s) * m + (process.sigma(s) / process.sigma(t)) * (state - process.alpha(t) * m)
        // Rounding of a few operations on numbers up to 5.
        expect(value).toBeCloseTo(exact, 12)
      }),
      { numRuns: 60 },
    )
  })

  it('is exact for a linear equation whatever the step', async () => {
    const term = semiLinear(B, { linear: () => -1, nonlinear: (x) => B.mul(x, 0) })
    const { x } = await solve(B, term, { initial: B.tensor([1, 2], [2, 1]), grid: [3, 1, 0], solver: ddim })
    for (const [k, value] of (await B.read(x)).entries()) expect(value / ([1, 2][k] as number)).toBeCloseTo(Math.exp(3), 9)
  })

  it("converges from α = 0 onto σ = 0 to the Gaussian's flow, for paper A's process", async () => {
    const process = vanishingLinear()
    const law = { mean: [1, -2], variance: [0.25, 2] }
    const initial = [0.3, -1, 2, 0.7]
    const problem = {
      name: 'from end to end',
      term: probabilityFlow(B, process, gaussianField(law, process)),
      start: 1,
      stop: 0,
      initial,
      columns: 2,
      exact: gaussianFlow(law, process, 1, 0, initial),
    }
    const steps = [16, 32, 64, 128, 256]
    const errors: number[] = []
    for (const count of steps) errors.push(await endError(ddim, problem, count))
    expect(errors.at(-1)).toBeLessThan(0.02)
    expect(
      logSlope(
        steps.map((count) => 1 / count),
        errors,
      ),
    ).toBeGreaterThan(0.7)
  })

  it('refuses a start at σ = 0', async () => {
    const term = semiLinear(B, { linear: () => 0, nonlinear: (x) => x, propagator: () => Number.POSITIVE_INFINITY, weight: () => 1 })
    await expect(solve(B, term, { initial: B.tensor([1], [1, 1]), grid: uniform(1, 0, 2), solver: ddim })).rejects.toMatchObject({
      _tag: 'SolverFailure',
    })
  })
})
