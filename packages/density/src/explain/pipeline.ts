import type { ForwardProcess, HostMatrix, Key, TimeGrid } from '@tweedie/core'
import type { Solver } from '@tweedie/ode-sde'
import type { Generator } from '../generator.js'
import type { LabelledPairs } from '../labelled-pairs.js'

/** The mini-batches that labels were made with. */
export interface PipelineMiniBatch {
  /** Rows drawn for a score. */
  readonly size: number
  /** Consecutive labels that share one mini-batch; one mini-batch for all of them when left out. */
  readonly group?: number
  /** Whether a row may be drawn twice; true as in paper A. */
  readonly replacement?: boolean
  /** Group g drew with `fold(key, g)`. Needed to explain a generator fitted elsewhere on one mini-batch; drawn anew when left out. */
  readonly key?: Key
}

/** How the network comes about: from labels, so that it can be trained on better ones. */
export interface GeneratorTrainer<N> {
  /** Labelled pairs of a training. */
  readonly labels: number
  /** Trains on pairs in scores. The parameters of the result are freed when they have been used. */
  readonly train: (pairs: LabelledPairs, key: Key) => Promise<Generator<N>>
}

/** Paper A's pipeline as data: what `explainError` takes apart. Everything is in scores, the units of the network. */
export interface Pipeline<N> {
  /** The rows that the score is made of, [n, d]. */
  readonly scores: HostMatrix
  /** Rows of the same law that were kept out, [m, d]. */
  readonly heldOut: HostMatrix
  readonly process: ForwardProcess
  readonly grid: TimeGrid
  readonly solver: Solver
  readonly miniBatch?: PipelineMiniBatch
  /** Whether labels are brought back to unit variance (`withUnitVariance`); true by default. */
  readonly unitVariance?: boolean
  /** A fitted generator, whose parameters stay the caller's, or a trainer. */
  readonly generator: Generator<N> | GeneratorTrainer<N>
}

export const isTrainer = <N>(generator: Pipeline<N>['generator']): generator is GeneratorTrainer<N> => 'train' in generator

/**
 * What can be wrong: the score of few points, the noise left where the flow stops, the steps of the solver, the network.
 */
export type ErrorPart = 'monte-carlo' | 'stopping-noise' | 'discretisation' | 'regression'

export const errorParts: readonly ErrorPart[] = ['monte-carlo', 'stopping-noise', 'discretisation', 'regression']
