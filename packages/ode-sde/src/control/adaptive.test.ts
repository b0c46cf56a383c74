import { isTweedieError, key, ornsteinUhlenbeck } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Brownian } from '../noise/brownian.js'
import { brownianPath } from '../noise/brownian-path.js'
import { type SolveOptions, solve } from '../solve/solve.js'
import { trajectory } from '../solve/trajectory.js'
import { combine } from '../solver/combine.js'
import { bogackiShampine32 } from '../solver/explicit/bogacki-shampine-32.js'
import { dop853 } from '../solver/explicit/dop853.js'
import { dormandPrince54 } from '../solver/explicit/dormand-prince-54.js'
import { heun } from '../solver/explicit/heun.js'
import { tsitouras54 } from '../solver/explicit/tsitouras-54.js'
import { rosenbrock } from '../solver/implicit/rosenbrock.js'
import type { Solver } from '../solver/solver.js'
import { eulerMaruyama } from '../solver/stochastic/euler-maruyama.js'
import { odeTerm, sdeTerm } from '../term/ode-term.js'
import { probabilityFlow } from '../term/probability-flow.js'
import { reverseSde } from '../term/reverse-sde.js'
import type { Term } from '../term/term.js'
import { velocity } from '../term/velocity.js'
import { B, gaussianField, logSlope, type Problem, problems, uniform } from '../testing/test-problems.js'
import { adaptive } from './control.js'

const tolerance = (rtol: number, more = {}) => adaptive({ rtol, atol: rtol, ...more })
const initialOf = ({ initial, columns }: Problem) => B.tensor(initial, [initial.length / columns, columns])
const refusal = (term: Term<CpuTensor>, options: SolveOptions<CpuTensor>): Promise<string> =>
  solve(B, term, options).then(
    () => 'no error',
    (error) => (isTweedieError(error) ? `${error._tag} ${error.message}` : `not a TweedieError: ${error}`),
  )
const embedded: readonly Solver[] = [bogackiShampine32, dormandPrince54, tsitouras54, dop853, rosenbrock()]

const errorAt = async (solver: Solver, problem: Problem, rtol: number): Promise<number> => {
  const { x, statistics } = await solve(B, problem.term, {
    initial: initialOf(problem),
    grid: [problem.start, problem.stop],
    solver,
    control: tolerance(rtol),
  })
  expect(statistics.error?.largest).toBeLessThanOrEqual(1)
  const values = await B.read(x)
  return values.reduce((worst, value, k) => Math.max(worst, Math.abs(value - (problem.exact[k] as number))), 0)
}

const spin = B.tensor([0, 1, -1, 0], [2, 2])
/** One turn and a bit of a circle, upwards in time. */
const circle: Problem = {
  name: 'a circle',
  term: odeTerm(B, (x) => B.matMul(x, spin)),
  start: 0,
  stop: 8,
  initial: [1, 0],
  columns: 2,
  exact: [Math.cos(8), Math.sin(8)],
}

describe('the error goes with the tolerance', () => {
  for (const solver of embedded) {
    it(`proportionally, with ${solver.name}, over many steps`, async () => {
      const tolerances = solver.errorOrder === 2 ? [1e-3, 1e-4, 1e-5] : [1e-6, 1e-7, 1e-8, 1e-9]
      const errors: number[] = []
      for (const rtol of tolerances) errors.push(await errorAt(solver, circle, rtol))
      // The higher method of order p is carried on, its error estimated with order p̂: the error goes as rtol^(p/(p̂ + 1)), which is 1 for
      // each of these but for DOP853, whose joint estimate has order 7 (8/8). Half a step at the end moves the slope by 0.1 or so.
      expect(Math.abs(logSlope(tolerances, errors) - solver.order / ((solver.errorOrder as number) + 1))).toBeLessThan(0.2)
    })
    for (const problem of problems)
      it(`and is below 20 times the tolerance, with ${solver.name} on ${problem.name}`, async () => {
        // These problems amplify an error by e at most, and x is better than the lower method, whose error is estimated.
        for (const rtol of [1e-3, 1e-5, 1e-7]) expect(await errorAt(solver, problem, rtol)).toBeLessThan(20 * rtol)
      })
  }
})

describe('steps', () => {
  const problem = problems[3] as Problem
  const base = { initial: initialOf(problem), solver: dormandPrince54, control: tolerance(1e-6) }

  it('reach every time of the grid exactly, with any grid, either way', async () => {
    const grids = fc
      .uniqueArray(fc.integer({ min: 10, max: 200 }), { minLength: 2, maxLength: 6 })
      .map((at) => at.sort((a, b) => b - a).map((k) => k / 100))
    await fc.assert(
      fc.asyncProperty(grids, fc.boolean(), async (down, upwards) => {
        const grid = upwards ? [...down].reverse() : down
        const { saved, statistics } = await solve(B, problem.term, { ...base, grid, save: 'all' })
        expect(saved.map(({ time }) => time)).toEqual(grid)
        expect(statistics.finalTime).toBe(grid.at(-1))
        expect(statistics.steps).toBe(statistics.accepted + statistics.rejected)
        for (const { x } of saved) B.free(x)
      }),
      { numRuns: 30 },
    )
  })

  it('forward and then backward returns to the start', async () => {
    const there = await solve(B, problem.term, { ...base, grid: [2, 0.1] })
    const back = await solve(B, problem.term, { ...base, initial: there.x, grid: [0.1, 2] })
    const values = await B.read(back.x)
    values.forEach((value, k) => {
      expect(Math.abs(value - (problem.initial[k] as number))).toBeLessThan(2e-5)
    })
    const up = await solve(
      B,
      odeTerm(B, (x) => B.neg(x)),
      { ...base, solver: heun, control: undefined, grid: uniform(0, 1, 200) },
    )
    // Heun: (1 − h + h²/2)^200.
    expect((await B.read(up.x))[0]).toBeCloseTo(0.3 * (1 - 1 / 200 + 1 / 80_000) ** 200, 12)
  })

  it('are rejected where the first one is far too long, and the memory of the solver is handed out again', async () => {
    for (const solver of embedded) {
      const control = tolerance(1e-7, { firstStep: 1.9 })
      const { x, statistics } = await solve(B, problem.term, { ...base, grid: [2, 0.1], solver, control })
      expect(statistics.rejected).toBeGreaterThan(0)
      const values = await B.read(x)
      values.forEach((value, k) => {
        expect(Math.abs(value - (problem.exact[k] as number))).toBeLessThan(2e-6)
      })
    }
  })

  it('count every evaluation, those of control too', async () => {
    let calls = 0
    const counted: Term<CpuTensor> = {
      ...problem.term,
      nonlinear: (x, t) => {
        calls++
        return problem.term.nonlinear(x, t)
      },
    }
    const control = tolerance(1e-6, { firstStep: 1 })
    for (const solver of embedded) {
      for (const given of [control, base.control]) {
        calls = 0
        const { statistics } = await solve(B, counted, { ...base, solver, control: given, grid: [2, 1, 0.1] })
        expect(statistics.evaluations).toBe(calls)
      }
    }
  })

  it('go the same way in trajectory, which says what was spent', async () => {
    const grid = [2, 1, 0.1]
    const { saved, statistics } = await solve(B, problem.term, { ...base, grid, save: 'all' })
    const seen: number[] = []
    for await (const point of trajectory(B, problem.term, { ...base, grid })) {
      expect(await B.read(point.x)).toEqual(await B.read((saved[point.step] as { x: CpuTensor }).x))
      seen.push(point.statistics.accepted)
      if (point.step === 2) expect({ ...point.statistics, seconds: 0 }).toEqual({ ...statistics, seconds: 0 })
    }
    expect(seen[0]).toBe(0)
    expect(seen[1]).toBeGreaterThan(1)
    expect(statistics.finalLogSnr).toBeCloseTo(ornsteinUhlenbeck().logSnr(0.1), 12)
  })

  it('follow the noise of a backend: float32 does not stall at a tolerance that it cannot resolve', async () => {
    const F = cpu({ dtype: 'float32' })
    const { x, statistics } = await solve(
      F,
      odeTerm(F, (y) => F.neg(y)),
      { initial: F.full([3, 2], 1), grid: [0, 1], solver: dormandPrince54, control: adaptive({ rtol: 1e-12, atol: 0 }) },
    )
    expect(statistics.error?.rtol).toBe(10 * 2 ** -24)
    expect(statistics.steps).toBeLessThan(100)
    expect((await F.read(x))[0]).toBeCloseTo(Math.exp(-1), 5)
  })
})

describe('the norm', () => {
  const rates = (values: readonly number[]) => B.tensor(values, [values.length, 1])
  const run = async (values: readonly number[], norm: 'batch' | 'perSample') => {
    const rate = rates(values)
    const term = odeTerm(B, (_, t) => B.mul(rate, Math.cos(10 * t)))
    const initial = B.full([values.length, 1], 0)
    return (await solve(B, term, { initial, grid: [0, 1], solver: bogackiShampine32, control: adaptive({ rtol: 0, atol: 1e-5, norm }) }))
      .statistics
  }

  it('per sample takes the steps of the worst row, however many rows do not move', async () => {
    const alone = await run([1], 'perSample')
    const among = await run([0, 0, 1, 0, ...new Array<number>(96).fill(0)], 'perSample')
    expect({ ...among, seconds: 0, error: 0 }).toEqual({ ...alone, seconds: 0, error: 0 })
    expect(among.error?.largest).toBeCloseTo(alone.error?.largest as number, 12)
    // Over the batch of 100 the error is ten times smaller, so the steps of an estimate of order 3 about 10^(1/3) longer.
    const mean = await run([1, ...new Array<number>(99).fill(0)], 'batch')
    expect(alone.accepted / mean.accepted).toBeGreaterThan(1.6)
    expect(alone.accepted / mean.accepted).toBeLessThan(2.8)
  })

  it('over the batch does not change when every row is repeated', async () => {
    const [once, thrice] = [await run([1, 0.3], 'batch'), await run([1, 1, 1, 0.3, 0.3, 0.3], 'batch')]
    expect({ ...thrice, seconds: 0, error: 0 }).toEqual({ ...once, seconds: 0, error: 0 })
  })
})

describe('an equation with noise', () => {
  /** Heun's method in the drift with additive noise, its error estimated by Euler–Maruyama's. */
  const noisyHeun: Solver = {
    ...eulerMaruyama,
    name: 'noisyHeun',
    errorOrder: 1,
    evaluationsPerStep: 2,
    step: (C, term, input) => {
      const { t, s, x } = input
      const v = velocity(term)
      const first = eulerMaruyama.step(C, term, input).x
      const error = C.mul(C.sub(v(first, s), v(x, t)), (s - t) / 2)
      return { x: C.add(first, error), error, evaluations: 3 }
    },
  }

  it('follows the path that a fine grid follows, steps being rejected on the way', async () => {
    const term = sdeTerm(
      B,
      (x) => combine(B, -4, x, 1, B.sin(B.mul(x, 3))),
      (t) => 0.3 * (1 + t),
    )
    const initial = B.full([5, 2], 2)
    for (const grid of [
      [0, 1],
      [1, 0],
    ]) {
      const brownian = brownianPath(B, key(4), { span: [0, 1] })
      const fine = await solve(B, term, {
        initial,
        grid: uniform(grid[0] as number, grid[1] as number, 4096),
        solver: eulerMaruyama,
        brownian,
      })
      const { x, statistics } = await solve(B, term, {
        initial,
        grid,
        solver: noisyHeun,
        brownian,
        control: tolerance(1e-3, { firstStep: 0.5 }),
      })
      expect(statistics.rejected).toBeGreaterThan(0)
      expect(statistics.accepted).toBeLessThan(1000)
      const [got, wanted] = [await B.read(x), await B.read(fine.x)]
      // Strong order 1 and states of up to 2 e⁴ backwards: 4096 steps leave some 1e-3 of their size.
      got.forEach((value, k) => {
        expect(Math.abs(value - (wanted[k] as number))).toBeLessThan(0.02 * (1 + Math.abs(wanted[k] as number)))
      })
    }
  })
})

describe('failures', () => {
  const initial = B.full([2, 1], 1)
  const base = { initial, solver: dormandPrince54, control: tolerance(1e-6) }

  it('a solution that becomes infinite: the step falls below the least, near the pole', async () => {
    const term = odeTerm(B, (x) => B.square(x))
    const before = B.liveTensors()
    const message = await refusal(term, { ...base, grid: [0, 2] })
    expect(message).toMatch(/^SolverFailure .*the step fell to .* at t = (0\.99999|1\.00000).*below the least.*infinite or jump.*/)
    const tried: number[] = []
    const watched = odeTerm(B, (x, t) => {
      tried.push(t)
      return B.square(x)
    })
    const control = tolerance(1e-6, { minStep: 1e-3 })
    expect(await refusal(watched, { ...base, grid: [0, 2], control })).toMatch(/below the least of 0.001/)
    // The least step was tried before the end: its stages are at fifths and more of a thousandth.
    expect(Math.max(...tried.slice(-6)) - Math.min(...tried.slice(-6))).toBeCloseTo(0.001 * (1 - 1 / 5), 6)
    expect(B.liveTensors()).toBe(before)
  })

  it('a NaN in a trial step makes the step shorter; one that stays is an error', async () => {
    // √(1 − t²) is no number beyond 1; a step that looks over the edge is taken again, shorter.
    const edge = odeTerm(B, (x, t) => B.add(B.mul(x, 0), B.sqrt(B.full([2, 1], t > 0.5 ? Number.NaN : 1))))
    const { statistics, x } = await solve(B, edge, { ...base, grid: [0, 0.499], control: tolerance(1e-6, { firstStep: 0.3 }) })
    expect((await B.read(x))[0]).toBeCloseTo(1.499, 12)
    expect(statistics.accepted).toBeGreaterThan(0)
    const message = await refusal(edge, { ...base, grid: [0, 1], control: tolerance(1e-6, { firstStep: 0.3 }) })
    expect(message).toMatch(/^SolverFailure .*the step fell to .* at t = 0\.(5|49999).*the shorter steps, too, gave a NaN/)
    let calls = 0
    const once = odeTerm(B, (y) => B.mul(y, ++calls === 5 ? Number.NaN : -1))
    const survived = await solve(B, once, { ...base, grid: [0, 1] })
    expect(survived.statistics.rejected).toBe(1)
    expect((await B.read(survived.x))[0]).toBeCloseTo(Math.exp(-1), 6)
    expect(
      await refusal(
        odeTerm(B, (y) => B.mul(y, Number.NaN)),
        { ...base, grid: [0, 1] },
      ),
    ).toMatch(/^SolverFailure .*gave a NaN/)
  })

  it('too many steps, with the time that was reached', async () => {
    const control = tolerance(1e-9, { maxSteps: 20 })
    expect(
      await refusal(
        odeTerm(B, (x) => B.neg(x)),
        { ...base, solver: bogackiShampine32, grid: [0, 1], control },
      ),
    ).toMatch(/^SolverFailure .*20 steps did not get beyond t = 0\.\d+.*maxSteps.*rosenbrock/)
  })

  it('a step without an estimate', async () => {
    const forgetful: Solver = {
      ...dormandPrince54,
      step: (C, term, input) => ({ ...dormandPrince54.step(C, term, { ...input, memory: [] }), error: undefined as never }),
    }
    const before = B.liveTensors()
    expect(
      await refusal(
        odeTerm(B, (x) => B.neg(x)),
        { ...base, solver: forgetful, grid: [0, 1] },
      ),
    ).toMatch(/^SolverFailure .*no estimate/)
    expect(B.liveTensors()).toBe(before)
  })

  it('solvers without an estimate, noise that does not refine, and tolerances of another width are refused', async () => {
    const decay = odeTerm(B, (x) => B.neg(x))
    expect(await refusal(decay, { ...base, solver: heun, grid: [0, 1] })).toMatch(/^InvalidArgument .*does not estimate.*dormandPrince54/)
    expect(await refusal(decay, { ...base, grid: [0, 1], control: adaptive({ rtol: 0, atol: [1, 1] }) })).toMatch(
      /^ShapeMismatch .*2 values.*1 columns/,
    )
    const process = ornsteinUhlenbeck()
    const law = { mean: [1], variance: [0.25] }
    const noisy: Solver = { ...eulerMaruyama, name: 'noisy', errorOrder: 1 }
    const reverse = reverseSde(B, process, gaussianField(law, process))
    expect(await refusal(reverse, { ...base, solver: noisy, grid: [2, 1], key: key(1) })).toMatch(/^InvalidArgument .*path that refines/)
    const rough = { refines: false } as Brownian<CpuTensor>
    expect(await refusal(reverse, { ...base, solver: noisy, grid: [2, 1], brownian: rough })).toMatch(
      /^InvalidArgument .*path that refines/,
    )
    expect(await refusal(probabilityFlow(B, process, gaussianField(law, process)), { ...base, grid: [11, 1] })).toMatch(/leave/)
  })
})
