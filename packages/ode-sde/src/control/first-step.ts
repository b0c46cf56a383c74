import { type Backend, type Matrix, readAndFree } from '@tweedie/core'
import { isRegular } from '../term/coefficient.js'
import type { Term } from '../term/term.js'
import { velocity } from '../term/velocity.js'
import type { Tolerance } from './error-norm.js'

/** A length of time to begin with, and what it cost to find. */
export interface FirstStep {
  readonly size: number
  readonly evaluations: number
}

/** Used where the state or the velocity is too small to tell a scale from (Hairer, Nørsett & Wanner I, §II.4). */
const SMALL = 1e-5
/** The part of the first interval to begin with where the velocity is infinite at the start. */
const BLIND = 1e-3

/**
 * The starting step size of Hairer, Nørsett & Wanner I, §II.4, p. 169: an explicit Euler step short enough to change the state by a hundredth of
 * its scale tells the second derivative, and from the larger of the two derivatives follows a step whose error of order `order` + 1 is about
 * a hundredth of the tolerance. Two evaluations; at most as long as the interval from t to s.
 */
export const firstStep = async <N>(
  B: Backend<N>,
  term: Term<N>,
  { norm }: Tolerance<N>,
  order: number,
  { x, t, s }: { readonly x: Matrix<N>; readonly t: number; readonly s: number },
): Promise<FirstStep> => {
  const longest = Math.abs(s - t)
  if (!isRegular(term, t)) return { size: BLIND * longest, evaluations: 0 }
  const v = velocity(term)
  const begun = B.scope(() => {
    const slope = v(x, t)
    return { slope, sizes: B.concat([B.reshape(norm(x, x, x), [1]), B.reshape(norm(slope, x, x), [1])], 0) }
  })
  try {
    const [state = 0, first = 0] = await B.read(begun.sizes)
    const trial = Math.min(longest, state < SMALL || first < SMALL ? 1e-6 : (0.01 * state) / first)
    // A velocity that is not finite is the step's to report: it gets the shortest attempt.
    if (!(trial > 0)) return { size: Math.min(longest, 1e-6), evaluations: 1 }
    const signed = Math.sign(s - t) * trial
    if (!isRegular(term, t + signed)) return { size: trial, evaluations: 1 }
    const change = B.scope(() => norm(B.sub(v(B.add(x, B.mul(begun.slope, signed)), t + signed), begun.slope), x, x))
    const second = (await readAndFree(B, change))[0] as number
    const steepest = Math.max(first, second / trial)
    const size = steepest <= 1e-15 ? Math.max(1e-6, trial * 1e-3) : (0.01 / steepest) ** (1 / (order + 1))
    return { size: Number.isFinite(size) ? Math.min(100 * trial, size, longest) : trial, evaluations: 2 }
  } finally {
    B.free(begun.slope)
    B.free(begun.sizes)
  }
}
