import type { Matrix } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { solverLaws, testLaws } from '@tweedie/testing'
import { describe, expect, it } from 'vitest'
import { solve } from '../../solve/solve.js'
import { semiLinear } from '../../term/semi-linear.js'
import { B, gaussianProblem, logSlope, uniform } from '../../testing/test-problems.js'
import type { Memory, Solver } from '../solver.js'
import { deis } from './deis.js'
import { dpmSolver2 } from './dpm-solver-2.js'
import { dpmSolver3 } from './dpm-solver-3.js'
import { dpmSolver3M } from './dpm-solver-3m.js'
import { exponentialRungeKutta2 } from './exponential-runge-kutta-2.js'
import { heunEdm } from './heun-edm.js'
import { uniPC } from './uni-pc.js'

// Where the next term of the error shows at the default counts, the order is measured further in. The errors there stay above 1e-11.
// uniPC(3) has no second B(h) here: it cancels at order 3.
const third = [128, 160, 192, 256, 320]
const fourth = [64, 96, 128, 192, 256]
const cases: readonly (readonly [Solver, (readonly number[])?])[] = [
  [dpmSolver2],
  [exponentialRungeKutta2],
  [heunEdm],
  [dpmSolver3, third],
  [dpmSolver3M, third],
  [deis(1)],
  [deis(2)],
  [deis(3), third],
  [deis(4), fourth],
  [uniPC(2), third],
  [uniPC(2, { variant: 'bh1' }), third],
  [uniPC(3), [192, 256, 320, 400, 512]],
]
// The error of uniPC(3) on the Riccati equation in steps of 1 and 3 changes its sign near 128 steps; the slope to either side is not an order.
const crossing = (solver: Solver, law: string): boolean => solver.name.startsWith('uniPC(3') && law.includes('steps of 1 and 3')

for (const [solver, steps] of cases)
  describe(`${solver.name} keeps the laws of a solver`, () =>
    testLaws(
      it,
      solverLaws(B, solver, { exponential: true, ...(steps && { steps }) }).filter(({ name }) => !crossing(solver, name)),
      { seed: 1, runs: 20 },
    ))

describe('order beyond the laws', () => {
  it('uniPC(3) has order 4 on steps of 1 and 3 in turn', async () => {
    const { term, initial, exact } = gaussianProblem
    const counts = [128, 192, 256, 384, 512]
    const errors: number[] = []
    for (const count of counts) {
      const even = uniform(2, 0.1, count / 2)
      const grid = even.flatMap((t, k) => (k + 1 < even.length ? [t, t + ((even[k + 1] as number) - t) / 4] : [t]))
      const values = await B.read((await solve(B, term, { initial: B.tensor(initial, [2, 2]), grid, solver: uniPC(3) })).x)
      errors.push(values.reduce((worst, value, k) => Math.max(worst, Math.abs(value - (exact[k] as number))), 0))
    }
    const order = logSlope(
      counts.map((count) => 1 / count),
      errors,
    )
    expect(Math.abs(order - 4)).toBeLessThan(0.15)
  })

  it('a term without a clock, all by quadrature, is stepped as with its clock where that is time', async () => {
    const nonlinear = (x: Matrix<CpuTensor>, t: number) => B.sub(x, B.mul(B.square(x), 4 * t))
    const start: Matrix<CpuTensor> = B.tensor([0.5, 0.3], [2, 1])
    const bare = semiLinear(B, { linear: () => -0.5, gain: () => 0.5, nonlinear })
    const clocked = semiLinear(B, {
      linear: () => -0.5,
      gain: () => 0.5,
      nonlinear,
      propagator: (t, s) => Math.exp((t - s) / 2),
      weight: (t, s) => -Math.expm1((t - s) / 2),
      clock: { at: (t) => t, inverse: (t) => t, rate: 0.5 },
    })
    for (const [solver] of cases) {
      if (solver === heunEdm) continue
      const end = async (term: typeof bare) =>
        B.read((await solve(B, term, { initial: start, grid: [1, 0.9, 0.7, 0.65, 0.4, 0], solver })).x)
      const expected = await end(clocked)
      // 12 digits of each quadrature.
      for (const [k, value] of (await end(bare)).entries()) expect(value).toBeCloseTo(expected[k] as number, 10)
    }
  })

  it('holds upwards in time, and for a gain that varies and has no clock', async () => {
    // x′ = −t x + t²(1 + 1/(2 + t)) …: x = 1/(1 + t) solves x′ = −t x + (1 + t²) f with f = (t x − x²)/(1 + t²).
    const term = semiLinear(B, {
      linear: (t) => -t,
      gain: (t) => 1 + t * t,
      propagator: (t, s) => Math.exp((t * t - s * s) / 2),
      nonlinear: (x, t) => B.div(B.sub(B.mul(x, t), B.square(x)), 1 + t * t),
    })
    for (const solver of [dpmSolver2, exponentialRungeKutta2, dpmSolver3, deis(2), deis(3), uniPC(2)])
      for (const [from, to] of [
        [0, 1],
        [1, 0],
      ] as const) {
        const counts = [16, 24, 32, 40, 48].map((count) => count * (solver.order - 1))
        const errors: number[] = []
        for (const count of counts) {
          // Driven by hand, since the direction of a grid is the business of solve.
          const x: Matrix<CpuTensor> = B.tensor([1 / (1 + from)], [1, 1])
          let state: { readonly x: Matrix<CpuTensor>; readonly memory: Memory<CpuTensor> } = {
            x,
            memory: solver.start?.(B, term, { x, t: from }).memory ?? [],
          }
          for (let step = 0; step < count; step++) {
            const [t, s] = [from + ((to - from) * step) / count, from + ((to - from) * (step + 1)) / count]
            const result = solver.step(B, term, { step, t, s, ...state })
            state = { x: result.x, memory: result.memory ?? [] }
          }
          errors.push(Math.abs(((await B.read(state.x))[0] as number) - 1 / (1 + to)))
        }
        const order = logSlope(
          counts.map((count) => 1 / count),
          errors,
        )
        expect(`${solver.name} ${from}: ${Math.abs(order - solver.order) < 0.2 ? 'right' : `${order} ${errors}`}`).toBe(
          `${solver.name} ${from}: right`,
        )
      }
  })
})
