import { type Backend, type Matrix, type NoiseLevel, tweedieError, type Vector } from '@tweedie/core'
import type { Statistics } from '../solve/statistics.js'
import type { ProbabilityFlow } from '../term/probability-flow.js'
import type { Term } from '../term/term.js'
import { changeOfVariables, type LikelihoodOptions } from './change-of-variables.js'
import { type LogDensity, noisePrior } from './prior.js'

/** A term, with its process where it is a probability flow. */
export type Flow<N> = Term<N> & Partial<Pick<ProbabilityFlow<N>, 'process'>>

/** What both directions need. */
export interface FlowDensityOptions<N> extends LikelihoodOptions<N> {
  /** ln p at the first time of the grid; `noisePrior` of the flow's process where not given. */
  readonly prior?: LogDensity<N> | undefined
}

/** A log-density, what it is of, and how sure it is. */
export interface LogDensityEstimate<N> {
  /** ln p(x) at `time`, [M], in nats. */
  readonly logDensity: Vector<N>
  /** Standard error of each row, [M], where the divergence is an estimate; Student's t with (probes − 1) degrees of freedom for intervals. */
  readonly standardError?: Vector<N>
  /** The last time of the grid: the density is that of the state there. */
  readonly time: number
  /** α and σ at that time, for the flow of a process: the density is that of α X₀ + σ Z, not of X₀. */
  readonly level?: NoiseLevel
  readonly statistics: Statistics
}

/** Integrates a flow in one direction of its grid and gives the log-density at the last time, with the state at the other end of the path. */
export const withLogDensity = async <N>(
  B: Backend<N>,
  where: string,
  flow: Flow<N>,
  initial: Matrix<N>,
  { prior, grid, ...options }: FlowDensityOptions<N>,
  direction: 'sampling' | 'back to the prior',
): Promise<{ readonly x: Matrix<N>; readonly estimate: LogDensityEstimate<N> }> => {
  const { process } = flow
  const logPrior = prior ?? (process && noisePrior(B, process))
  if (logPrior === undefined)
    throw tweedieError('InvalidArgument', where, `no prior for ${flow.name}`, 'Pass prior, the log-density at the first time of the grid')
  if (!(grid.length >= 2)) throw tweedieError('InvalidArgument', where, `${grid.length} times`, 'A grid needs at least a start and a stop')
  const [first, last] = [grid[0] as number, grid[grid.length - 1] as number]
  const sampling = direction === 'sampling'
  const { x, integral, standardError, statistics } = await changeOfVariables(B, where, flow, initial, {
    ...options,
    times: sampling ? grid : [...grid].reverse(),
    reference: last,
  })
  try {
    const logDensity: Vector<N> = B.scope(() => {
      const before = logPrior(sampling ? initial : x, first)
      return sampling ? B.sub(before, integral) : B.add(before, integral)
    })
    const level = process && { alpha: process.alpha(last), sigma: process.sigma(last) }
    return { x, estimate: { logDensity, ...(standardError && { standardError }), time: last, ...(level && { level }), statistics } }
  } catch (error) {
    for (const tensor of [x, ...(standardError ? [standardError] : [])]) B.free(tensor)
    throw error
  } finally {
    B.free(integral)
  }
}
