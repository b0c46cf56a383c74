import type { Backend, Matrix } from '@tweedie/core'
import type { Term } from '../../term/term.js'
import { combine } from '../combine.js'
import type { Memory } from '../solver.js'

/**
 * The nonlinear part in the middle of a step from t to s, extrapolated along the clock τ from its value m_t at t and the one before it
 * (Lu et al. 2022b, "DPM-Solver++", algorithm 2):
 *
 *     m_t + (h/2h′)(m_t − m_t′),    h = τ(s) − τ(t),  h′ = τ(t) − τ(t′),
 *
 * t′ the time before t. In a first step, and where τ is infinite, it is m_t. A term without a clock is taken in its own time.
 */
export const middleValue = <N>(
  B: Backend<N>,
  term: Term<N>,
  { t, s, memory }: { readonly t: number; readonly s: number; readonly memory: Memory<N> },
  value: Matrix<N>,
): Matrix<N> => {
  const before = memory[0]
  if (before === undefined) return value
  const at = term.clock?.at ?? ((time: number) => time)
  const ratio = (at(s) - at(t)) / (2 * (at(t) - at(before.time)))
  return !Number.isFinite(ratio) || ratio === 0 ? value : combine(B, 1 + ratio, value, -ratio, before.value)
}
