import type { Backend, Matrix } from '@tweedie/core'
import type { Term } from '../../term/term.js'
import { ddim } from '../exponential/ddim.js'
import type { Dense, StepInput, StepResult } from '../solver.js'

/**
 * A step onto a time where the velocity is infinite (σ = 0), which no Runge–Kutta method can take: `ddim`'s, as in `heun`. It is exact for a point
 * mass. A method that estimates its error takes two of half the length, and what they differ by from the one is the estimate, of order 1.
 */
export const stepOntoSingular = <N>(B: Backend<N>, term: Term<N>, input: StepInput<N>, withError: boolean): StepResult<N> => {
  const { step, t, s, x, dense = false } = input
  const move = (from: number, to: number, y: Matrix<N>, value: Matrix<N>): Matrix<N> =>
    ddim.step(B, { ...term, nonlinear: () => value }, { step, t: from, s: to, x: y, memory: [] }).x
  const value = term.nonlinear(x, t)
  if (!withError) {
    const inside: Dense<N> = { tensors: [value], at: (time) => move(t, time, x, value) }
    return { x: move(t, s, x, value), evaluations: 1, ...(dense && { dense: inside }) }
  }
  const half = t + (s - t) / 2
  const middle = move(t, half, x, value)
  const later = term.nonlinear(middle, half)
  const end = move(half, s, middle, later)
  const inside: Dense<N> = {
    tensors: [value, middle, later],
    at: (time) => (Math.abs(time - t) <= Math.abs(half - t) ? move(t, time, x, value) : move(half, time, middle, later)),
  }
  return { x: end, error: B.sub(end, move(t, s, x, value)), evaluations: 2, ...(dense && { dense: inside }) }
}
