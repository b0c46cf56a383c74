import type { Backend, Matrix } from '@tweedie/core'
import { type Flow, type FlowDensityOptions, type LogDensityEstimate, withLogDensity } from './with-log-density.js'

export interface LogLikelihoodOptions<N> extends FlowDensityOptions<N> {
  /** States at the last time of the grid, [M, D]. They stay the caller's. */
  readonly x: Matrix<N>
}

/** The outcome of `logLikelihood`. Every tensor in it is the caller's. */
export interface LogLikelihood<N> extends LogDensityEstimate<N> {
  /** The states at the first time of the grid that flow to x, [M, D]. */
  readonly noise: Matrix<N>
}

/**
 * The log-density of given states under a flow, by integrating from the last time of the grid back to the first, where the prior is known
 * (Song et al. 2021, "Score-based generative modeling through stochastic differential equations", eq. 39):
 *
 *     ln p_s(x_s) = ln p_t(x_t) + ∫_s^t tr(∂velocity/∂x) du,    s the last time, t the first.
 *
 * It is the density of the prior carried by the flow. Where it stands in for the data's, three differences are stated and none is corrected:
 *
 * - The time s > 0: p_s is the law of α X₀ + σ Z (`level`). The density at y of the data smoothed at bandwidth σ/α is ln p_s(α y) + D ln α, so
 *   pass α y and add D ln α.
 * - The prior: N(0, σ_t² I) is not p_t where α_t > 0 (`noisePrior` has the bound). Pass p_t's own log-density as `prior` where it is known.
 * - The solver's error, of its order in the state and the log-density alike.
 *
 * Rejects as `solve` does; with `InvalidArgument` for a term with noise, or without a process and a prior; with `SolverFailure` where σ is 0 at
 * an end. What rejects leaves no tensor.
 *
 * @example
 * const divergence = posteriorDivergence(process, denoise)
 * const { logDensity } = await logLikelihood(B, probabilityFlow(B, process, denoise), { x, divergence, solver: dpmSolver2M, grid })
 */
export const logLikelihood = async <N>(
  B: Backend<N>,
  flow: Flow<N>,
  { x, ...options }: LogLikelihoodOptions<N>,
): Promise<LogLikelihood<N>> => {
  const { x: noise, estimate } = await withLogDensity(B, `logLikelihood of ${flow.name}`, flow, x, options, 'back to the prior')
  return { ...estimate, noise }
}
