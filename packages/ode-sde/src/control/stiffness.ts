import { type Backend, isTweedieError, type Matrix, readAndFree } from '@tweedie/core'
import type { Solver } from '../solver/solver.js'
import { semiLinear } from '../term/semi-linear.js'
import type { Term } from '../term/term.js'
import { velocity } from '../term/velocity.js'

/**
 * Whether a problem is stiff for a solver, asked as DOPRI5 and DOP853 ask it (Hairer & Wanner II, §IV.2, "automatic stiffness detection"): is the
 * step h limited by stability, |h λ| at the edge of the stability region, λ the dominant eigenvalue of the Jacobian? Those codes take λ from
 * their last two stages; here any solver will do:
 *
 *     |λ| ≈ ‖f(x + e) − f(x)‖/‖e‖,
 *
 * e the estimated error of the step, which lies along the fast directions where stability limits the step (they are the ones that the solver amplifies).
 * It costs two evaluations. As in DOPRI5 a solve is looked at after every 1000th accepted step, and from the first sign of stiffness
 * on after each; 15 signs are stiffness, 6 steps without one end the suspicion. So what takes fewer than 1000 steps is never called stiff.
 */
export interface Suspicion {
  readonly signs: number
  readonly without: number
}

export const unsuspicious: Suspicion = { signs: 0, without: 0 }
const EVERY = 1000
const SIGNS = 15
const CLEARED = 6
/** A step counts as limited by stability from this part of the stability interval on: control keeps it swinging about the edge. */
const EDGE = 0.9

export const isStiff = ({ signs }: Suspicion): boolean => signs >= SIGNS

/** Whether to look at the step after so many accepted ones. */
export const shouldLook = ({ signs }: Suspicion, accepted: number): boolean => signs > 0 || (accepted > 0 && accepted % EVERY === 0)

/** What one look adds: |hλ| of a step, and the length of the solver's stability interval. */
export const look = ({ signs, without }: Suspicion, reach: number, interval: number): Suspicion => {
  if (reach >= EDGE * interval) return { signs: signs + 1, without: 0 }
  return without + 1 >= CLEARED || signs === 0 ? unsuspicious : { signs, without: without + 1 }
}

/** |h λ|, by the formula above, the difference no smaller than rounding lets f show. Two evaluations. */
export const stabilityReach = async <N>(
  B: Backend<N>,
  term: Term<N>,
  at: { readonly x: Matrix<N>; readonly error: Matrix<N>; readonly time: number; readonly size: number },
): Promise<number> => {
  const { x, error, time, size } = at
  const v = velocity(term)
  const reach = B.scope(() => {
    const length = (y: Matrix<N>) => B.sqrt(B.sum(B.square(y)))
    const least = B.mul(length(x), Math.sqrt(B.dtype === 'float32' ? 2 ** -24 : 2 ** -53))
    const moved = B.mul(error, B.maximum(B.div(least, length(error)), 1))
    return B.mul(B.div(length(B.sub(v(B.add(x, moved), time), v(x, time))), length(moved)), size)
  })
  return (await readAndFree(B, reach))[0] as number
}

const FINEST = 8
const LONGEST = 40

/**
 * The stability interval of a solver on the negative real axis: the least z with |R(−z)| > 1, R the growth of dx/dt = −z x over a step of length 1;
 * Infinity where there is none up to 40 (implicit methods) or the solver does not take this equation. One step of a batch, every z a row.
 */
export const stabilityInterval = async <N>(B: Backend<N>, solver: Solver): Promise<number> => {
  const rates = Array.from({ length: FINEST * LONGEST }, (_, k) => (k + 1) / FINEST)
  const growth = () =>
    B.scope(() => {
      const z: Matrix<N> = B.tensor(rates, [rates.length, 1])
      const x: Matrix<N> = B.full([rates.length, 1], 1)
      const term = semiLinear(B, {
        name: 'dx/dt = −z x',
        linear: () => 0,
        propagator: () => 1,
        weight: (t, s) => s - t,
        nonlinear: (y) => B.neg(B.mul(y, z)),
      })
      const memory = solver.start?.(B, term, { x, t: 0 }).memory ?? []
      return solver.step(B, term, { step: 0, t: 0, s: 1, x, memory }).x
    })
  let found: Matrix<N>
  try {
    found = growth()
  } catch (error) {
    if (isTweedieError(error) && error._tag === 'DeviceLost') throw error
    return Number.POSITIVE_INFINITY
  }
  const values = await readAndFree(B, found)
  const first = values.findIndex((value) => !(Math.abs(value) <= 1 + 1e-6))
  return first < 0 ? Number.POSITIVE_INFINITY : (rates[first] as number)
}
