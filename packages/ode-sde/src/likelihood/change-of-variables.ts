import { type Backend, forEachTensor, type Matrix, requireRank, type Tensor, type TimeGrid, tweedieError, type Vector } from '@tweedie/core'
import { requireFirstSample } from '../noise/brownian.js'
import type { IntegrateOptions } from '../solve/options.js'
import { solve } from '../solve/solve.js'
import type { Statistics } from '../solve/statistics.js'
import { isSde, type Term } from '../term/term.js'
import { augmented } from './augmented.js'
import type { Divergence } from './divergence.js'

/**
 * How to integrate: what `solve` takes, but for the state and the noise. Under adaptive control the log-density is a part of the state (a list of
 * `atol` has a number more per estimate of the divergence).
 */
export interface LikelihoodOptions<N> extends Omit<IntegrateOptions<N>, 'initial' | 'grid' | 'key' | 'brownian' | 'firstSample'> {
  /** From noise to data, as for sampling. Whatever the direction of the integration, its first time is where the prior is known. */
  readonly grid: TimeGrid
  readonly divergence: Divergence<N>
  /** The number of the first row in the full set: the probes of a row depend on its number. 0 where not given. */
  readonly firstSample?: number | undefined
}

/** The end of a path, and what it adds to the log-density. */
export interface Change<N> {
  /** [M, D] at the last time. */
  readonly x: Matrix<N>
  /** ∫ tr(∂velocity/∂x) dt from the first time to the last, [M]: ln p at the first time is ln p at the last plus this. */
  readonly integral: Vector<N>
  /** Its standard error by the spread of the estimates; absent where the divergence is exact. */
  readonly standardError?: Vector<N>
  readonly statistics: Statistics
}

/**
 * The instantaneous change of variables along a path, d ln p(x_t)/dt = −tr(∂velocity/∂x) (Chen et al. 2018, "Neural ordinary differential
 * equations", theorem 1). The velocity is linear·x + gain·nonlinear, so the integral is D ln propagator, which is exact, plus ∫ gain div.
 */
export const changeOfVariables = async <N>(
  B: Backend<N>,
  where: string,
  term: Term<N>,
  initial: Matrix<N>,
  {
    divergence,
    firstSample = 0,
    times,
    reference,
    ...rest
  }: Omit<LikelihoodOptions<N>, 'grid'> & {
    readonly times: TimeGrid
    readonly reference: number
  },
): Promise<Change<N>> => {
  if (isSde(term) || term.diffusion !== undefined)
    throw tweedieError(
      'InvalidArgument',
      where,
      `${term.name}, which has noise`,
      'The change of variables is along an ordinary differential equation: use the probabilityFlow of the same process',
    )
  requireFirstSample(where, firstSample)
  requireRank(where, B.shape(initial), 2)
  const [rows, dimension] = B.shape(initial)
  const [first, last] = [times[0] as number, times[times.length - 1] as number]
  const propagator = term.propagator(first, last)
  if (!(propagator > 0 && Number.isFinite(propagator)))
    throw tweedieError(
      'SolverFailure',
      where,
      `the propagator of ${term.name} from t = ${first} to ${last} is ${propagator}`,
      'A log-density needs noise at both ends: keep the grid away from σ = 0, or give the process a floor',
    )

  const open = divergence.open(term, { rows, dimension, firstSample })
  const mine: Tensor<N>[] = [...open.held]
  try {
    const { term: both, scale } = augmented(B, term, open, dimension, reference)
    const start: Matrix<N> = B.scope(() => B.concat([initial, B.full([rows, divergence.estimates], 0)], 1))
    mine.push(start)
    const solution = await solve(B, both, { ...rest, initial: start, grid: times })
    forEachTensor(solution, B.isTensor, (tensor) => mine.push(tensor))
    const { x: end, statistics } = solution
    const { estimates } = divergence
    return {
      statistics,
      ...B.scope(() => {
        const x: Matrix<N> = B.slice(end, 1, 0, dimension)
        const each: Matrix<N> = B.mul(B.slice(end, 1, dimension, dimension + estimates), 1 / scale(last))
        const mean: Matrix<N> = B.mul(B.sum(each, 1, true), 1 / estimates)
        const integral: Vector<N> = B.add(B.sum(mean, 1), dimension * Math.log(propagator))
        if (estimates === 1) return { x, integral }
        const squares: Vector<N> = B.sum(B.square(B.sub(each, mean)), 1)
        return { x, integral, standardError: B.sqrt(B.mul(squares, 1 / (estimates * (estimates - 1)))) }
      }),
    }
  } finally {
    for (const tensor of mine) B.free(tensor)
  }
}
