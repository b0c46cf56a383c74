import { type Matrix, tweedieError } from '@tweedie/core'
import type { Term } from '../term/term.js'

/**
 * The optional last step of a sampler, x ↦ m(x, t) = E[X_0 | X_t = x], where a solve stopped at a time t with noise left (Song et al. 2021,
 * appendix G; Jolicoeur-Martineau et al. 2021, §3.1; docs/formulas.md §1). One evaluation of the field. [M, D] → [M, D], a tensor of the caller's;
 * x stays the caller's too.
 *
 * It is the step of `ddim`, and of any exponential method of order 1, onto σ = 0: a grid that ends there takes it without being told. What is
 * lost is that the result has the law of m(X_t, t) and not that of X_0, whose spread given X_t it leaves out: at σ_t that is not small the samples are
 * too close together.
 *
 * Throws `InvalidArgument` for a term whose nonlinear part is not the denoiser of a process, and for a time outside the range of the process.
 *
 * @example
 * const solution = await solve(B, flow, { initial, grid, solver: dpmSolver2M })
 * const clean = finalDenoise(flow, solution)
 */
export const finalDenoise = <N>(term: Term<N>, { x, time }: { readonly x: Matrix<N>; readonly time: number }): Matrix<N> => {
  const refuse = (what: string, mend: string) => tweedieError('InvalidArgument', `finalDenoise of ${term.name}`, what, mend)
  if (term.process === undefined) throw refuse('a term of no forward process', 'Use it on probabilityFlow, reverseSde or churnSde')
  const [low, high] = term.process.timeRange
  if (!(time >= low && time <= high)) throw refuse(`time ${time} outside [${low}, ${high}]`, 'Use the time that the solve stopped at')
  return term.nonlinear(x, time)
}
