import type { Backend } from '@tweedie/core'
import { orderOf } from '../../order.js'
import type { Law } from '../law.js'
import type { LawfulSolver, SolverLawOptions } from './lawful-solver.js'
import { evenly, march } from './march.js'
import { linearProblem, mixtureProblem, nonlinearProblem, type Problem, withoutNoise } from './problems.js'
import { single } from './single.js'

/** How far a measured order may be from the claimed one: what the next term of the error adds to the slope at these step counts. */
const MARGIN = 0.15
/** Errors under this are left out: rounding over some hundred steps reaches 1e-13. */
const ROUNDING = 1e-12

/** Throws unless the errors fall with the claimed order. */
export const requireOrder = (name: string, claimed: number, steps: readonly number[], errors: readonly number[], margin = MARGIN): void => {
  const seen = errors.findIndex((error) => error < ROUNDING)
  const count = seen < 0 ? errors.length : seen
  const list = errors.map((error, k) => `${error.toExponential(2)} at ${steps[k]} steps`).join(', ')
  if (count < 3 || !errors.every(Number.isFinite)) throw new Error(`${name} claims order ${claimed}, and has no error to measure: ${list}`)
  const measured = orderOf(steps.slice(0, count), errors.slice(0, count))
  if (!(Math.abs(measured - claimed) <= margin))
    throw new Error(`${name} claims order ${claimed} and has ${measured.toFixed(2)}: errors ${list}`)
}

/** Step counts for an order: far enough in that the next term is small, not so far that rounding shows. */
const countsFor = (order: number): readonly number[] => (order < 4 ? [16, 28, 48, 80, 128] : [8, 12, 16, 24, 32, 48])

/** Every even step split as 1 : 3, so that neighbouring steps differ by a factor of 3. */
const unevenly = (start: number, stop: number, steps: number): number[] => {
  const even = evenly(start, stop, steps / 2)
  return even.flatMap((t, k) => (k + 1 < even.length ? [t, t + ((even[k + 1] as number) - t) / 4] : [t]))
}

/** The claimed order is the measured one, by regression over the step counts. */
export const orderLaws = <N>(
  B: Backend<N>,
  solver: LawfulSolver,
  { steps = countsFor(solver.order) }: SolverLawOptions,
): readonly Law[] => {
  const measured = async (problem: Problem<N>, gridOf: typeof evenly): Promise<void> => {
    const { start, stop, initial } = problem
    const term = solver.kind === 'sde' ? withoutNoise(problem.term) : problem.term
    const exact = await problem.exact()
    const errors: number[] = []
    for (const count of steps) {
      const { values } = await march(B, solver, term, initial, gridOf(start, stop, count))
      errors.push(values.reduce((worst, value, k) => Math.max(worst, Math.abs(value - (exact[k] as number))), 0))
    }
    requireOrder(solver.name, solver.order, steps, errors)
  }
  const source = 'definition of the order: global error C hᵖ (Hairer, Nørsett & Wanner, "Solving ODEs I", §II.3, III.4)'
  const along = 'the same; along a flow on the line F_s(x_s) = F_t(x_t) (continuity equation), docs/formulas.md §1'
  return [
    single(`the order is that claimed on ${linearProblem(B).name}`, source, () => measured(linearProblem(B), evenly)),
    single(`the order is that claimed on ${nonlinearProblem(B).name}`, source, () => measured(nonlinearProblem(B), evenly)),
    single('the order is that claimed on steps of 1 and 3 in turn', 'the same; for multistep methods §III.5', () =>
      measured(nonlinearProblem(B), unevenly),
    ),
    single(`the order is that claimed on ${mixtureProblem(B).name}`, along, () => measured(mixtureProblem(B), evenly)),
  ]
}
