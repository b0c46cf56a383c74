import { isRegular } from '../../term/coefficient.js'
import { integrate } from '../../term/quadrature.js'
import type { Term } from '../../term/term.js'
import type { Memory } from '../solver.js'
import { phiMoments } from './phi.js'

/** A step from t to s as exponential methods see it: a position θ, 0 at t and 1 at s, in which the nonlinear part is interpolated. */
export interface Span {
  /** θ of a time. Below 0 for the times before t. */
  readonly position: (time: number) => number
  readonly timeAt: (position: number) => number
  /** W_j = ∫_t^s propagator(u, s) gain(u) θ(u)^j du for j < count. W_0 is the weight. */
  readonly moments: (count: number) => readonly number[]
  /** propagator·gain du/dθ at the end of the step: what W_0 would be if it were constant over the step. */
  readonly endWeight: () => number
}

/**
 * θ runs with the clock τ where the term has one that is finite at both ends, and the moments are φ-functions: with h = τ(s) − τ(t) and z =
 * −rate·h, W_j = weight · j! φ_(j+1)(z)/φ_1(z). Elsewhere θ runs with time, and the moments are quadratures; so a first step from α = 0,
 * where the log-SNR is −∞, has the order of the others. Undefined for an empty step, and for one that meets an infinite coefficient (onto σ
 * = 0): there methods step like `ddim`.
 */
export const spanOf = <N>(term: Term<N>, t: number, s: number): Span | undefined => {
  const { clock } = term
  if (clock !== undefined) {
    const start = clock.at(t)
    const h = clock.at(s) - start
    if (h === 0) return undefined
    if (Number.isFinite(h))
      return {
        position: (time) => (clock.at(time) - start) / h,
        timeAt: (position) => clock.inverse(start + position * h),
        moments: (count) => phiMoments(-clock.rate * h, count).map((moment) => moment * term.weight(t, s)),
        endWeight: () => (clock.rate === 0 ? 1 : (clock.rate * h) / -Math.expm1(-clock.rate * h)) * term.weight(t, s),
      }
  }
  if (t === s || !isRegular(term, t) || !isRegular(term, s)) return undefined
  const position = (time: number): number => (time - t) / (s - t)
  const moment = (j: number): number =>
    integrate((u) => term.propagator(u, s) * term.gain(u) * position(u) ** j, t, s, `${term.name}, moment ${j} of the gain`)
  return {
    position,
    timeAt: (theta) => t + theta * (s - t),
    moments: (count) => Array.from({ length: count }, (_, j) => (j === 0 ? term.weight(t, s) : moment(j))),
    endWeight: () => term.gain(s) * (s - t),
  }
}

/** The values from before the step that can be interpolated with that at its start: at finite positions, each another. */
export const pastOf = <N>({ position }: Span, memory: Memory<N>): Memory<N> => {
  const seen = new Set<number>([0])
  return memory.filter(({ time }) => {
    const theta = position(time)
    if (!Number.isFinite(theta) || seen.has(theta)) return false
    seen.add(theta)
    return true
  })
}
