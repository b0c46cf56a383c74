import { ornsteinUhlenbeck, rectifiedFlow, vanishingLinear, vpCosine } from '@tweedie/core'
import { field } from '@tweedie/score'
import { describe, expect, it } from 'vitest'
import { flowMap } from '../../solve/flow-map.js'
import { solve } from '../../solve/solve.js'
import { probabilityFlow } from '../../term/probability-flow.js'
import { B, gaussianField, gaussianFlow, logSlope } from '../../testing/test-problems.js'
import { ddim } from './ddim.js'
import { deis } from './deis.js'
import { dpmSolver2 } from './dpm-solver-2.js'
import { dpmSolver3 } from './dpm-solver-3.js'
import { dpmSolver3M } from './dpm-solver-3m.js'
import { exponentialRungeKutta2 } from './exponential-runge-kutta-2.js'
import { heunEdm } from './heun-edm.js'
import { uniPC } from './uni-pc.js'

const solvers = [dpmSolver2, exponentialRungeKutta2, heunEdm, dpmSolver3, dpmSolver3M, deis(1), deis(2), deis(4), uniPC(2), uniPC(3)]
const law = { mean: [1, -2], variance: [0.25, 2] }
const initial = [0.3, -1, 2, 0.7]
const quadraticTimes = (start: number, stop: number, steps: number): number[] =>
  Array.from({ length: steps + 1 }, (_, k) => stop + (start - stop) * (1 - k / steps) ** 2)

describe('where the log-SNR is infinite', () => {
  for (const solver of solvers) {
    it(`${solver.name} goes from α = 0 onto σ = 0 and ends at the data of a Gaussian's flow`, async () => {
      const process = vanishingLinear()
      const term = probabilityFlow(B, process, gaussianField(law, process))
      const { x } = await solve(B, term, { initial: B.tensor(initial, [2, 2]), grid: quadraticTimes(1, 0, 100), solver })
      const exact = gaussianFlow(law, process, 1, 0, initial)
      // The last step, from t = 1e-4, is ddim's: it leaves the denoiser at its start, off by a few times t.
      for (const [k, value] of (await B.read(x)).entries())
        expect(Math.abs(value - (exact[k] as number))).toBeLessThan(solver.order === 1 ? 0.03 : 0.01)
    })

    it(`${solver.name} lands on a point mass in any steps, one from end to end included`, async () => {
      const denoise = field(B, 'denoiser', (x) => B.add(B.mul(x, 0), B.tensor([0.3, -2], [1, 2])))
      for (const process of [vanishingLinear(), rectifiedFlow(), vpCosine()])
        for (const grid of [
          [1, 0],
          [1, 0.5, 0],
          [1, 0.7, 0.4, 0.2, 0.1, 0],
        ]) {
          const options = { initial: B.tensor(initial, [2, 2]), grid, solver }
          const { x } = await solve(B, probabilityFlow(B, process, denoise), options)
          for (const [k, value] of (await B.read(x)).entries()) expect(value).toBeCloseTo([0.3, -2][k % 2] as number, 11)
        }
    })

    it(`${solver.name} takes ddim's step onto σ = 0, one evaluation at most, none there`, async () => {
      const process = vanishingLinear()
      const flow = probabilityFlow(B, process, gaussianField(law, process))
      const asked: number[] = []
      const term = {
        ...flow,
        nonlinear: (x: Parameters<typeof flow.nonlinear>[0], t: number) => {
          asked.push(t)
          return flow.nonlinear(x, t)
        },
      }
      const x = B.tensor(initial, [2, 2])
      const memory = solver.start?.(B, term, { x, t: 0.2 }).memory ?? []
      const result = solver.step(B, term, { step: 0, t: 0.2, s: 0, x, memory })
      expect(asked).toEqual([0.2])
      expect(Array.from(await B.read(result.x))).toEqual(
        Array.from(await B.read(ddim.step(B, flow, { step: 0, t: 0.2, s: 0, x, memory: [] }).x)),
      )
    })

    if (solver.order > 1)
      it(`${solver.name} converges from α = 0 with order 2 or nearly`, async () => {
        // Even steps in time near α = 0 stay long in log-SNR (ln 2 for the second, whatever the count), so no higher order is to be had: the k-th
        // step adds h² k^(1 − p), which sums to h² for p > 2 and to h² ln(1/h) for p = 2.
        const process = vanishingLinear()
        const exact = gaussianFlow(law, process, 1, 0.3, initial)
        const counts = [48, 64, 96, 128, 192]
        const errors: number[] = []
        for (const count of counts) {
          const grid = Array.from({ length: count + 1 }, (_, k) => (k === count ? 0.3 : 1 - (0.7 * k) / count))
          const term = probabilityFlow(B, process, gaussianField(law, process))
          const values = await B.read((await solve(B, term, { initial: B.tensor(initial, [2, 2]), grid, solver })).x)
          errors.push(values.reduce((worst, value, k) => Math.max(worst, Math.abs(value - (exact[k] as number))), 0))
        }
        expect(errors.at(-1)).toBeLessThan(1e-4)
        // The errors of uniPC(3), below 1e-6, change their sign among these counts.
        if (solver.name.startsWith('uniPC(3')) return
        const order = logSlope(
          counts.map((count) => 1 / count),
          errors,
        )
        expect(order).toBeGreaterThan(1.6)
      })
  }

  it('a start at σ = 0 is refused as ddim refuses it', () => {
    const term = probabilityFlow(B, vanishingLinear(), gaussianField(law, vanishingLinear()))
    for (const solver of solvers)
      expect(() => solver.step(B, term, { step: 0, t: 0, s: 0.1, x: B.tensor(initial, [2, 2]), memory: [] })).toThrow(
        /SolverFailure|Infinity at t = 0|singular/,
      )
  })
})

describe('forwards in time', () => {
  for (const solver of solvers)
    it(`${solver.name} comes back to where it started`, async () => {
      const process = ornsteinUhlenbeck()
      const term = probabilityFlow(B, process, gaussianField(law, process))
      const x = B.tensor(initial, [2, 2])
      const up = Array.from({ length: 201 }, (_, k) => 0.1 + (1.9 * k) / 200)
      const out = flowMap(B, term, { grid: up, solver })(x)
      const exact = gaussianFlow(law, process, 0.1, 2, initial)
      // Truncation over 200 steps: a hundredth at order 1, 1e-4 and less from order 2 on.
      for (const [k, value] of (await B.read(out)).entries())
        expect(Math.abs(value - (exact[k] as number))).toBeLessThan(solver.order === 1 ? 3e-2 : 1e-3)
    })
})
