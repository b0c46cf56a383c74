import type { Backend, Matrix } from '@tweedie/core'
import { type Flow, type FlowDensityOptions, type LogDensityEstimate, withLogDensity } from './with-log-density.js'

export interface SampleWithLogDensityOptions<N> extends FlowDensityOptions<N> {
  /** States at the first time of the grid, draws of the prior, [M, D]. They stay the caller's. */
  readonly initial: Matrix<N>
}

/** The outcome of `sampleWithLogDensity`. Every tensor in it is the caller's. */
export interface SampleWithLogDensity<N> extends LogDensityEstimate<N> {
  /** The states at the last time of the grid, [M, D]. */
  readonly x: Matrix<N>
}

/**
 * Samples along a flow with their log-density, in one solve: ln p_s(x_s) = ln p_t(x_t) − ∫_t^s tr(∂velocity/∂x) du, t the first time of the grid and
 * s the last (Chen et al. 2018, theorem 1). The samples are those of `solve` on the same grid. What the density is of, and how it rejects, is
 * said at `logLikelihood`.
 *
 * @example
 * const divergence = posteriorDivergence(process, denoise)
 * const { x, logDensity } = await sampleWithLogDensity(B, flow, { initial, divergence, solver: heun, grid })
 */
export const sampleWithLogDensity = async <N>(
  B: Backend<N>,
  flow: Flow<N>,
  { initial, ...options }: SampleWithLogDensityOptions<N>,
): Promise<SampleWithLogDensity<N>> => {
  const { x, estimate } = await withLogDensity(B, `sampleWithLogDensity of ${flow.name}`, flow, initial, options, 'sampling')
  return { ...estimate, x }
}
