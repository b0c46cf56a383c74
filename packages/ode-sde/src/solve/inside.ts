import type { Backend, Matrix } from '@tweedie/core'
import type { Dense, Solver, StepInput } from '../solver/solver.js'
import { isRegular } from '../term/coefficient.js'
import type { Term } from '../term/term.js'
import { velocity } from '../term/velocity.js'

/** A step as it was taken: from x at t to y at s. */
export interface Taken<N> {
  readonly t: number
  readonly s: number
  readonly x: Matrix<N>
  readonly y: Matrix<N>
}

/** The state inside a step, with the velocities that it cost: none may be known already. */
export interface Cubic<N> extends Dense<N> {
  /** The velocity at s, where it is finite. */
  readonly last?: Matrix<N>
  readonly evaluations: number
}

/**
 * The state inside any step, from the velocities at both ends: the cubic of Hermite (Hairer, Nørsett & Wanner I, eq. II.6.7), with θ = (u − t)/(s − t), h = s − t,
 *
 *     x(u) = (1−θ) x + θ y + θ(θ−1) ((1−2θ)(y − x) + (θ−1) h v(x, t) + θ h v(y, s)).
 *
 * Its error is O(h⁴), so it serves solvers up to order 4. Where the velocity is infinite at one end it is the parabola through the other,
 * and where at both the straight line. `first` is v(x, t) where it is known.
 */
export const cubic = <N>(B: Backend<N>, term: Term<N>, { t, s, x, y }: Taken<N>, first?: Matrix<N>): Cubic<N> => {
  const v = velocity(term)
  const h = s - t
  const from = first ?? (isRegular(term, t) ? v(x, t) : undefined)
  const last = isRegular(term, s) ? v(y, s) : undefined
  const at = (time: number): Matrix<N> => {
    const theta = (time - t) / h
    const line = B.add(B.mul(x, 1 - theta), B.mul(y, theta))
    if (from === undefined && last === undefined) return line
    const rise = B.sub(y, x)
    const bend = theta * (theta - 1)
    // h v at an end without a velocity: that of the parabola, 2 (y − x) − h v at the other.
    const [hFrom, hLast] = [from && B.mul(from, h), last && B.mul(last, h)]
    const opposite = (other: Matrix<N>): Matrix<N> => B.sub(B.mul(rise, 2), other)
    const start = hFrom ?? opposite(hLast as Matrix<N>)
    const end = hLast ?? opposite(hFrom as Matrix<N>)
    const slopes = B.add(B.mul(start, (theta - 1) * bend), B.mul(end, theta * bend))
    return B.add(B.add(line, B.mul(rise, (1 - 2 * theta) * bend)), slopes)
  }
  const tensors = [from, last].filter((tensor) => tensor !== undefined)
  return { tensors, at, ...(last && { last }), evaluations: (first || !from ? 0 : 1) + (last ? 1 : 0) }
}

/** The inside of the steps of one solve, one after the other. */
export interface Insides<N> {
  /** The inside of a step to y, given what the solver gave of it; `made` is what it is made of, and `evaluations` what that took. */
  readonly of: (
    input: StepInput<N>,
    y: Matrix<N>,
    given: Dense<N> | undefined,
  ) => { readonly dense: Dense<N>; readonly made: unknown; readonly evaluations: number }
  /** What is kept for the next step. */
  readonly kept: () => unknown
}

/**
 * The solver's own dense output where it has it, by taking the step again where that was not asked for; else the cubic, which hands its last
 * velocity on to the next step.
 */
export const insidesOf = <N>(B: Backend<N>, term: Term<N>, solver: Solver): Insides<N> => {
  let hasDense = true
  let edge: { readonly time: number; readonly value: Matrix<N> } | undefined
  return {
    kept: () => edge,
    of: (input, y, given) => {
      if (given !== undefined) return { dense: given, made: undefined, evaluations: 0 }
      const again = hasDense && input.dense !== true ? B.scope(() => solver.step(B, term, { ...input, dense: true })) : undefined
      if (again?.dense) return { dense: again.dense, made: again, evaluations: again.evaluations }
      hasDense = false
      const { t, s, x } = input
      const before = edge
      const dense = B.scope(() => cubic(B, term, { t, s, x, y }, before?.time === t ? before.value : undefined))
      edge = dense.last && { time: s, value: dense.last }
      return { dense, made: [again, before, dense], evaluations: (again?.evaluations ?? 0) + dense.evaluations }
    },
  }
}
