import type { Backend } from '@tweedie/core'
import { orderOf } from '../../order.js'
import type { Law } from '../law.js'
import type { LawfulSolver, SolverLawOptions } from './lawful-solver.js'
import { evenly, march } from './march.js'
import {
  linearProblem,
  logisticProblem,
  longLinearProblem,
  longMixtureProblem,
  mixtureProblem,
  nonlinearProblem,
  type Problem,
  withoutNoise,
} from './problems.js'
import { single } from './single.js'

/** How far a measured order may be from the claimed one: what the next term of the error adds to the slope at these step counts. */
const MARGIN = 0.15
/** Errors under this are left out: rounding over some hundred steps reaches 1e-13. */
const ROUNDING = 1e-12

/** The errors of a method at several step counts, and the order that they fall with. */
export interface SolverOrder {
  /** The problem, or the sense of the order. */
  readonly of: string
  readonly claimed: number
  /** How far the measured order may be from the claimed one. */
  readonly margin: number
  readonly steps: readonly number[]
  readonly errors: readonly number[]
  /** By regression over the errors above rounding; NaN where fewer than three are. */
  readonly order: number
}

/** A measurement of an order that can be made. */
export interface OrderMeasurement {
  readonly of: string
  readonly source: string
  readonly measure: () => Promise<SolverOrder>
}

/** The order of errors, those that rounding spoils left out. */
export const solverOrder = (
  of: string,
  claimed: number,
  steps: readonly number[],
  errors: readonly number[],
  margin = MARGIN,
  rounding = ROUNDING,
): SolverOrder => {
  const seen = errors.findIndex((error) => error < rounding)
  const count = seen < 0 ? errors.length : seen
  const measurable = count >= 3 && errors.every(Number.isFinite)
  return { of, claimed, margin, steps, errors, order: measurable ? orderOf(steps.slice(0, count), errors.slice(0, count)) : Number.NaN }
}

/** The law that a measured order is the claimed one. */
export const orderLaw = (solver: LawfulSolver, { of, source, measure }: OrderMeasurement): Law =>
  single(`the order is that claimed ${of}`, source, async () => {
    const { claimed, steps, errors, order, margin } = await measure()
    const list = errors.map((error, k) => `${error.toExponential(2)} at ${steps[k]} steps`).join(', ')
    if (Number.isNaN(order)) throw new Error(`${solver.name} claims order ${claimed}, and has no error to measure: ${list}`)
    if (!(Math.abs(order - claimed) <= margin))
      throw new Error(`${solver.name} claims order ${claimed} and has ${order.toFixed(2)}: errors ${list}`)
  })

/**
 * Step counts for an order: far enough in that the next term is small, not so far that rounding shows. From order 5 on both only go together
 * because n steps of a smooth problem, on numbers of size 1 to 8, are rounded to √n · 1e-15 at most; the ends that shrink, to 1e-16.
 */
const rangeFor = (order: number): { readonly counts: readonly number[]; readonly rounding: number } => {
  if (order < 5) return { counts: order < 4 ? [16, 28, 48, 80, 128] : [8, 12, 16, 24, 32, 48], rounding: ROUNDING }
  return order < 6 ? { counts: [48, 56, 64, 80, 96], rounding: 2e-14 } : { counts: [12, 14, 16, 18, 20], rounding: 2e-15 }
}

/** Every even step split as 1 : 3, so that neighbouring steps differ by a factor of 3. */
const unevenly = (start: number, stop: number, steps: number): number[] => {
  const even = evenly(start, stop, steps / 2)
  return even.flatMap((t, k) => (k + 1 < even.length ? [t, t + ((even[k + 1] as number) - t) / 4] : [t]))
}

/** The order on problems without noise, by regression over the step counts. */
export const orderMeasurements = <N>(
  B: Backend<N>,
  solver: LawfulSolver,
  { steps = rangeFor(solver.order).counts }: SolverLawOptions,
): readonly OrderMeasurement[] => {
  const measured = async (of: string, problem: Problem<N>, gridOf: typeof evenly): Promise<SolverOrder> => {
    const { start, stop, initial } = problem
    const term = solver.kind === 'sde' ? withoutNoise(problem.term) : problem.term
    const exact = await problem.exact()
    const errors: number[] = []
    for (const count of steps) {
      const { values } = await march(B, solver, term, initial, gridOf(start, stop, count))
      errors.push(values.reduce((worst, value, k) => Math.max(worst, Math.abs(value - (exact[k] as number))), 0))
    }
    return solverOrder(of, solver.order, steps, errors, MARGIN, rangeFor(solver.order).rounding)
  }
  const source = 'definition of the order: global error C hᵖ (Hairer, Nørsett & Wanner, "Solving ODEs I", §II.3, III.4)'
  const along = 'the same; along a flow on the line F_s(x_s) = F_t(x_t) (continuity equation), docs/formulas.md §1'
  const on = (of: string, from: string, problem: Problem<N>, gridOf = evenly): OrderMeasurement => ({
    of,
    source: from,
    measure: () => measured(of, problem, gridOf),
  })
  const [linear, nonlinear, mixture] =
    solver.order < 6
      ? [linearProblem(B), nonlinearProblem(B), mixtureProblem(B)]
      : [longLinearProblem(B), logisticProblem(B), longMixtureProblem(B)]
  return [
    on(`on ${linear.name}`, source, linear),
    on(`on ${nonlinear.name}`, source, nonlinear),
    on('on steps of 1 and 3 in turn', 'the same; for multistep methods §III.5', nonlinear, unevenly),
    on(`on ${mixture.name}`, along, mixture),
  ]
}

/** The claimed order is the measured one. */
export const orderLaws = <N>(B: Backend<N>, solver: LawfulSolver, options: SolverLawOptions): readonly Law[] =>
  orderMeasurements(B, solver, options).map((each) => orderLaw(solver, each))
