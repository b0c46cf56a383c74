import { type Backend, type Matrix, readAndFree, tweedieError } from '@tweedie/core'
import type { Solver } from '../solver/solver.js'
import type { Term } from '../term/term.js'
import type { Adaptive } from './control.js'
import { toleranceOf } from './error-norm.js'
import { firstStep } from './first-step.js'
import { afterAccepted, afterRejected, type Pace } from './pace.js'
import { isStiff, look, shouldLook, stabilityInterval, stabilityReach, unsuspicious } from './stiffness.js'

/** A step that a solver made, from x at t to y at s. */
export interface Tried<N> {
  readonly t: number
  readonly s: number
  readonly x: Matrix<N>
  readonly y: Matrix<N>
  readonly error: Matrix<N> | undefined
}

/** Step-size control at work: it chooses the times and judges the steps of one solve. */
export interface Pacing<N> {
  /** Where the next step from t goes, on the way to `stop`. Throws `SolverFailure` when there is no way on. */
  readonly next: (t: number, stop: number) => number
  /** Whether a step is accepted. */
  readonly judge: (tried: Tried<N>) => Promise<boolean>
  /** Evaluations that control itself made, and what is known of the error. */
  readonly report: () => { readonly evaluations: number; readonly error: { largest: number; accumulated: number; rtol: number } }
}

/** A step this much longer than what was chosen is taken rather than leaving a sliver (DOPRI5). */
const STRETCH = 1.01
/** The shortest step, in units of the time's rounding. */
const SHORTEST = 16 * Number.EPSILON

/** Adaptive control from the state x at t on, in the direction of s, the next time of the grid. */
export const startPacing = async <N>(
  B: Backend<N>,
  term: Term<N>,
  solver: Solver,
  control: Adaptive,
  start: { readonly where: string; readonly x: Matrix<N>; readonly t: number; readonly s: number },
): Promise<Pacing<N>> => {
  const { where, t: began, s: towards } = start
  const power = (solver.errorOrder ?? solver.order) + 1
  const tolerance = toleranceOf(B, control)
  const first =
    control.firstStep === undefined
      ? await firstStep(B, term, tolerance, power - 1, start)
      : { size: Math.min(control.firstStep, Math.abs(towards - began)), evaluations: 0 }
  const direction = Math.sign(towards - began)
  let pace: Pace = { size: Math.max(first.size, control.minStep ?? 0), history: [], rejected: false }
  let last = Number.POSITIVE_INFINITY
  let [cut, tried, accepted, finite] = [false, 0, 0, true]
  let { evaluations } = first
  let [largest, accumulated] = [0, 0]
  let suspicion = unsuspicious
  let interval: number | undefined
  const fail = (what: string, mend: string) => tweedieError('SolverFailure', where, what, mend)

  const next = (t: number, stop: number): number => {
    if (tried >= control.maxSteps)
      throw fail(
        `${tried} steps did not get beyond t = ${t}; the step there is ${pace.size}`,
        'Loosen rtol and atol or raise maxSteps; if solutions come together much faster than they change, the equation is stiff: use rosenbrock',
      )
    const left = Math.abs(stop - t)
    if (left <= STRETCH * pace.size) {
      cut = left < pace.size
      return stop
    }
    const least = Math.max(control.minStep ?? 0, SHORTEST * Math.abs(t), Number.MIN_VALUE)
    // A least step that was asked for is tried before the solve is given up; one that rounding sets is not: the next would be shorter still.
    const tryLeast = least === control.minStep && !(pace.rejected && last <= STRETCH * least)
    if (pace.size < least && !tryLeast)
      throw fail(
        `the step fell to ${pace.size} at t = ${t}, below the least of ${least}${finite ? '' : '; the shorter steps, too, gave a NaN or an infinity'}`,
        'The solution may be infinite or jump there: end the grid before that time, look at what the field gives there, or loosen rtol and atol',
      )
    cut = false
    pace = { ...pace, size: Math.max(pace.size, least) }
    return t + direction * pace.size
  }

  const lookForStiffness = async ({ t, s, y, error }: Tried<N> & { readonly error: Matrix<N> }): Promise<void> => {
    if (solver.implicit === true || solver.kind === 'sde' || interval === Number.POSITIVE_INFINITY || !shouldLook(suspicion, accepted))
      return
    interval ??= await stabilityInterval(B, solver)
    if (interval === Number.POSITIVE_INFINITY) return
    const reach = await stabilityReach(B, term, { x: y, error, time: s, size: Math.abs(s - t) })
    evaluations += 2
    suspicion = look(suspicion, reach, interval)
    if (isStiff(suspicion))
      throw fail(
        `the equation is stiff: after ${accepted} steps, at t = ${s}, stability and not accuracy holds ${solver.name} to steps of ${Math.abs(s - t)}`,
        'Stiff: use rosenbrock, whose steps it does not limit; or accept the cost with a fixed grid',
      )
  }

  const judge = async (step: Tried<N>): Promise<boolean> => {
    const { t, s, x, y, error } = step
    if (error === undefined)
      throw fail(
        `${solver.name} gives no estimate of its error from t = ${t} to ${s}`,
        'The equation may be singular there: end the grid just before it, or use a fixed grid',
      )
    const sizes = B.scope(() => {
      const [rows, columns] = B.shape(error)
      const rootMeanSquare = B.sqrt(B.div(B.sum(B.square(error)), rows * columns))
      return B.concat([B.reshape(tolerance.norm(error, x, y), [1]), B.reshape(rootMeanSquare, [1])], 0)
    })
    const [scaled = Number.NaN, absolute = Number.NaN] = await readAndFree(B, sizes)
    const size = Math.abs(s - t)
    last = size
    tried++
    finite = Number.isFinite(scaled)
    if (!(scaled <= 1)) {
      pace = afterRejected(control, power, pace, { error: scaled, size })
      return false
    }
    pace = afterAccepted(control, power, pace, { error: scaled, size, cut })
    accepted++
    largest = Math.max(largest, scaled)
    accumulated += absolute
    await lookForStiffness({ ...step, error })
    return true
  }

  return { next, judge, report: () => ({ evaluations, error: { largest, accumulated, rtol: tolerance.rtol } }) }
}
