import { type Backend, type Key, type Matrix, showShape, tweedieError } from '@tweedie/core'
import type { Network, Parameters } from '../layers/mlp.js'
import type { Loss } from '../loss.js'
import type { Optimiser } from './optimiser.js'
import { requireState } from './state.js'
import type { Losses, TrainingState } from './training-state.js'

/** What to train, on what, and how. */
export interface TrainOptions<N> {
  readonly network: Network
  /** [rows, columns of the input] */
  readonly inputs: Matrix<N>
  /** [rows, columns of the output] */
  readonly targets: Matrix<N>
  readonly optimiser: Optimiser
  readonly steps: number
  /** Decides the initial parameters, the validation rows and the batches. */
  readonly key: Key
  /** Rows per step, or 'full' for all of them; 256, or all rows where there are fewer. */
  readonly batch?: number | 'full' | undefined
  /** `meanSquaredError` by default. */
  readonly loss?: Loss | undefined
  /** The part of the rows that is kept for validation, from 0 (none) to below 1; 0.1 by default. */
  readonly validationFraction?: number | undefined
  /** Steps between two looks at the losses; a fiftieth of the steps by default. The last step is always looked at. */
  readonly validateEvery?: number | undefined
  /** Stop after this many validations in a row without a new best. Left out: all steps are made. */
  readonly patience?: number | undefined
  /** Parameters to begin with, in place of the network's own; they stay the caller's. */
  readonly initial?: Parameters<N> | undefined
  /** A state to go on from, of `onCheckpoint` of a run with the same options, on this backend or another. */
  readonly resume?: TrainingState | undefined
  /** Steps between two calls of `onCheckpoint`; 1,000 by default. It is called after the last step too. */
  readonly checkpointEvery?: number | undefined
  /** Takes the state of the training: numbers on the host. The training waits for it, and fails when it does. */
  readonly onCheckpoint?: ((state: TrainingState) => void | Promise<void>) | undefined
  readonly signal?: AbortSignal | undefined
  /** Called after each look at the losses and whenever the event loop gets a turn. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

export interface Progress {
  readonly step: number
  readonly steps: number
  readonly seconds: number
  /** The last look at the losses, once there was one. */
  readonly last?: Losses
}

const requireCount = (what: string, value: number): void => {
  if (!(Number.isSafeInteger(value) && value >= 1))
    throw tweedieError('InvalidArgument', 'train', `${what} = ${value}`, 'Use a whole number of at least 1')
}

/** The options with their defaults, checked against each other. Throws `InvalidArgument`, `ShapeMismatch` and `InvalidModel`. */
export const checkOptions = <N>(B: Backend<N>, options: TrainOptions<N>) => {
  const { network, steps, validationFraction = 0.1, patience } = options
  const [inputs, targets] = [B.shape(options.inputs) as readonly number[], B.shape(options.targets) as readonly number[]]
  for (const [name, shape, columns] of [
    ['inputs', inputs, network.sizes[0]],
    ['targets', targets, network.sizes.at(-1)],
  ] as const)
    if (shape.length !== 2 || shape[1] !== columns)
      throw tweedieError(
        'ShapeMismatch',
        'train',
        `${name} of shape ${showShape(shape)} for a network of sizes ${network.sizes.join('–')}`,
        `Give ${name} of shape [rows, ${columns}]`,
      )
  const rows = inputs[0] as number
  if (rows !== targets[0])
    throw tweedieError(
      'ShapeMismatch',
      'train',
      `${rows} rows of inputs and ${targets[0]} of targets`,
      'Give one row of targets per row of inputs',
    )
  requireCount('steps', steps)
  if (!(validationFraction >= 0 && validationFraction < 1))
    throw tweedieError('InvalidArgument', 'train', `validationFraction = ${validationFraction}`, 'Use a fraction from 0 to below 1')
  if (patience !== undefined) {
    requireCount('patience', patience)
    if (validationFraction === 0)
      throw tweedieError(
        'InvalidArgument',
        'train',
        'patience without validation rows',
        'Keep some rows for validation (validationFraction), or leave patience out',
      )
  }
  const validateEvery = options.validateEvery ?? Math.ceil(steps / 50)
  requireCount('validateEvery', validateEvery)
  const checkpointEvery = options.checkpointEvery ?? 1_000
  requireCount('checkpointEvery', checkpointEvery)
  if (options.resume !== undefined) requireState(options.resume, steps, validationFraction !== 0)
  const validationRows = validationFraction === 0 ? 0 : Math.max(1, Math.round(validationFraction * rows))
  const trainingRows = rows - validationRows
  if (trainingRows < 1)
    throw tweedieError(
      'InvalidArgument',
      'train',
      `${rows} rows, of which ${validationRows} are for validation, leave none to train on`,
      'Give more rows, or set validationFraction to 0',
    )
  const batch = options.batch === 'full' ? trainingRows : (options.batch ?? Math.min(256, trainingRows))
  requireCount('batch', batch)
  if (batch > trainingRows)
    throw tweedieError(
      'InvalidArgument',
      'train',
      `batch = ${batch} of ${trainingRows} training rows`,
      `Use a batch of at most ${trainingRows}, or 'full'`,
    )
  return { rows, validationFraction, validateEvery, checkpointEvery, batch, whole: batch === trainingRows }
}
