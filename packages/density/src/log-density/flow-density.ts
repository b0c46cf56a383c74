import { type Backend, type ForwardProcess, type HostMatrix, type Matrix, readAndFree, type TimeGrid, type Vector } from '@tweedie/core'
import { type LogDensity as LogDensityAt, logLikelihood, posteriorDivergence, probabilityFlow, type Solver } from '@tweedie/ode-sde'
import type { MomentField } from '@tweedie/score'
import { toTensor } from '../fit.js'
import { labelNoise } from './label-law.js'
import { inChunks, type LogDensity, type LogDensityOptions } from './log-density.js'

export interface FlowDensityOptions<N> {
  readonly process: ForwardProcess
  /** From noise to data; its last time is where the labels stopped. More steps than the labels took make the solver's error smaller. */
  readonly grid: TimeGrid
  readonly solver: Solver
  /** As for `LabelLaw`; default true. */
  readonly unitVariance?: boolean
  /** ln p at the first time of the grid; by default that of N(0, σ² I), which labels start from. `field.logDensity` makes it the law's own. */
  readonly prior?: LogDensityAt<N>
  /** Rows solved at a time; default 1,000. */
  readonly chunk?: number
}

/**
 * The density of the labels by the change of variables along the probability flow (docs/formulas.md §1; Song et al. 2021, eq. 39): from the
 * stopping time back to the prior, the divergence in closed form by the posterior's covariance. It is that of labels as they are drawn, from
 * N(0, σ² I), up to the solver's error; `cloudDensity` differs from it by what is left of the data at the first time too.
 *
 * Throws `InvalidArgument` where σ = 0 at the stopping time; calls reject as `logLikelihood` does.
 */
export const flowDensity = <N>(B: Backend<N>, field: MomentField<N>, options: FlowDensityOptions<N>): LogDensity => {
  const { scale, back } = flowBack('flowDensity', B, field, options)
  const { dimension } = field
  return (rows, asked = {}) =>
    inChunks('flowDensity', dimension, options.chunk ?? 1_000, async (part) => {
      const { noise, logDensity } = await back(part, asked.signal)
      B.free(noise)
      const numbers = await readAndFree(B, logDensity)
      return { logDensity: numbers.map((value) => value + dimension * Math.log(scale)) }
    })(rows, asked)
}

/** Where the flow takes rows back to, in units of N(0, I): the noise [n, d] whose label each row would be. A start for inverting a generator. */
export const flowEncoding = <N>(
  B: Backend<N>,
  field: MomentField<N>,
  options: FlowDensityOptions<N>,
): ((rows: HostMatrix, asked?: Pick<LogDensityOptions, 'signal'>) => Promise<HostMatrix>) => {
  const { sigma, back } = flowBack('flowEncoding', B, field, options)
  return async (rows, { signal } = {}) => {
    const { noise, logDensity } = await back(rows, signal)
    B.free(logDensity)
    return { ...rows, data: (await readAndFree(B, noise)).map((value) => value / sigma) }
  }
}

const flowBack = <N>(where: string, B: Backend<N>, field: MomentField<N>, options: FlowDensityOptions<N>) => {
  const { process, grid, solver, unitVariance = true, prior } = options
  const { scale } = labelNoise(where, { process, stop: grid[grid.length - 1] as number, unitVariance })
  const flow = probabilityFlow(B, process, field)
  const divergence = posteriorDivergence(process, field)
  const back = async (rows: HostMatrix, signal: AbortSignal | undefined): Promise<{ noise: Matrix<N>; logDensity: Vector<N> }> => {
    const x: Matrix<N> = toTensor(B, { ...rows, data: rows.data.map((value) => scale * value) })
    try {
      return await logLikelihood(B, flow, { x, divergence, solver, grid, prior, ...(signal && { signal }) })
    } finally {
      B.free(x)
    }
  }
  return { scale, sigma: process.sigma(grid[0] as number), back }
}
