import { cpu } from '@tweedie/core/cpu'
import { dop853, dormandPrince54, rosenbrock } from '@tweedie/ode-sde'
import { describe, expect, it } from 'vitest'
import { bandedRosenbrock } from './banded-rosenbrock.js'
import { akzoNobel, brusselator, hires, robertson, saturation, type TimedEquation, vanDerPol } from './equations.js'
import { between, type Reached, reach, rosenbrockOf } from './reach.js'
import { published, reproduce } from './reference.js'

// The library's Rosenbrock method with Jacobians by autodiff. Its steps follow the error of the last one alone (controller 'I'): on solutions that
// settle down a PI controller holds them back.

interface Problem {
  readonly t1: number
  readonly y0: number[]
  readonly ref: number[]
}
interface Published {
  readonly hires: Problem
  readonly robertson_1e11: Problem
  readonly chemakzo_dae1: Problem
  readonly bruss1d: Omit<Problem, 'y0'>
  readonly robertson_table_0_100: { readonly ts: number[]; readonly y0: number[]; readonly ref: number[][] }
}

const { entries, title } = published<Published>('ode/ode_reference.json')

/** Steps within bounds, each of six evaluations, but for two to find the first step. */
const cost = ({ statistics }: Reached, bounds: readonly [number, number]): void => {
  between('steps', statistics.steps, bounds)
  between('evaluations', statistics.evaluations, [6 * statistics.steps, 6 * statistics.steps + 2])
}

it('a tolerance a tenth as large costs 10^(1/4) as many steps, the estimate being of order 3', async () => {
  // y′ = −y² from 1: y(t) = 1/(1 + t).
  const equation: TimedEquation = (B) => (y) => B.neg(B.square(y))
  const runs: Reached[] = []
  for (const rtol of [1e-6, 1e-7, 1e-8, 1e-9])
    runs.push(await reach(equation, [1], [0, 5], rosenbrockOf(equation), { rtol, atol: 0, controller: 'I' }))
  for (let k = 0; k < 3; k++) {
    const [coarse, fine] = [runs[k], runs[k + 1]] as [Reached, Reached]
    const growth = fine.statistics.steps / coarse.statistics.steps
    expect(growth).toBeGreaterThan(1.5)
    expect(growth).toBeLessThan(2.1)
  }
  expect(Math.abs((runs[3]?.end[0] as number) - 1 / 6)).toBeLessThan(1e-9)
})

it('van der Pol with ε = 1e-6, to 2e-5 at rtol 1e-5, in 450 to 700 steps', async () => {
  const equation = vanDerPol(1e-6)
  const reached = await reach(equation, [2, 0], [0, 2], rosenbrockOf(equation), { rtol: 1e-5, atol: 1e-5, controller: 'I' })
  // The test set for IVP solvers (Mazzia & Magherini); scipy's Radau at rtol 1e-12 has the same 8 digits.
  reproduce(reached.end, [1.706167732170483, -0.8928097010247975], 2e-5)
  cost(reached, [450, 700])
})

describe.skipIf(entries === undefined)(title('published ends of stiff equations, by rosenbrock and autodiff'), () => {
  const all = entries as Published

  it('HIRES, to 2e-6 at rtol 1e-6, in 200 to 400 steps', async () => {
    const { y0, t1, ref } = all.hires
    const reached = await reach(hires, y0, [0, t1], rosenbrockOf(hires), { rtol: 1e-6, atol: 1e-10, controller: 'I' })
    reproduce(reached.end, ref, 2e-6)
    cost(reached, [200, 400])
  })

  it('Robertson at 1e11, to 1e-6 at rtol 1e-5, in 200 to 400 steps', async () => {
    const { y0, t1, ref } = all.robertson_1e11
    const reached = await reach(robertson, y0, [0, t1], rosenbrockOf(robertson), { rtol: 1e-5, atol: 1e-18, controller: 'I' })
    reproduce(reached.end, ref, 1e-6)
    cost(reached, [200, 400])
  })

  it('Robertson at eight times up to 100 with its Jacobian by differences, to 1e-6', async () => {
    const { ts, y0, ref } = all.robertson_table_0_100
    const { states } = await reach(robertson, y0, ts, rosenbrock({ scale: 1e-6 }), { rtol: 1e-6, atol: 1e-13, controller: 'I' })
    states.forEach((state, k) => reproduce(state, ref[k] as number[], 1e-6))
  })

  it('Chemical Akzo Nobel with y₆ = K_s y₁ y₄, to 1e-6 at rtol 1e-6, in 100 to 200 steps', async () => {
    const { y0, t1, ref } = all.chemakzo_dae1
    const options = { rtol: 1e-6, atol: 1e-10, controller: 'I' } as const
    const reached = await reach(akzoNobel, y0.slice(0, 5), [0, t1], rosenbrockOf(akzoNobel), options)
    const y = reached.end
    reproduce([...y, saturation * (y[0] as number) * (y[3] as number)], ref, 1e-6)
    cost(reached, [100, 200])
  })

  it('Chemical Akzo Nobel by dop853 too, to 1e-8 at rtol 1e-10, in 400 to 700 steps: with y₆ put in it is hardly stiff', async () => {
    const { y0, t1, ref } = all.chemakzo_dae1
    const { end, statistics } = await reach(akzoNobel, y0.slice(0, 5), [0, t1], dop853, { rtol: 1e-10, atol: 1e-12 })
    reproduce(end, ref.slice(0, 5), 1e-8)
    between('steps', statistics.steps, [400, 700])
  })

  it.each([dop853, dormandPrince54])('$name says that Robertson, HIRES and van der Pol are stiff, and what to use', async (solver) => {
    const refused = { _tag: 'SolverFailure', message: expect.stringMatching(/stiff.*[Ss]tiff: use rosenbrock/) }
    const options = { rtol: 1e-6, atol: 1e-10 }
    await expect(reach(robertson, all.robertson_1e11.y0, [0, 1e11], solver, options)).rejects.toMatchObject(refused)
    await expect(reach(hires, all.hires.y0, [0, all.hires.t1], solver, options)).rejects.toMatchObject(refused)
    await expect(reach(vanDerPol(1e-6), [2, 0], [0, 2], solver, { rtol: 1e-6, atol: 1e-6 })).rejects.toMatchObject(refused)
  })

  it('the Brusselator of 1,000 unknowns, to 2e-6, by a banded method of the test', async () => {
    const { t1, ref } = all.bruss1d
    // Every seventh unknown is published, from the first.
    const initial = Array.from({ length: 500 }, (_, i) => [1 + Math.sin((2 * Math.PI * (i + 1)) / 501) / 2, 3]).flat()
    const { y } = await bandedRosenbrock(cpu(), brusselator, initial, t1, {
      bandwidth: 2,
      relative: 2e-6,
      absolute: 2e-6,
      firstStep: 1e-4,
    })
    reproduce(
      y.filter((_, k) => k % 7 === 0),
      ref,
      2e-6,
    )
  })
})
