import { type Backend, type HostMatrix, readAndFree, takeRows, tweedieError } from '@tweedie/core'
import { toTensor } from '../fit.js'
import type { Generator } from '../generator.js'
import type { LabelledPairs } from '../labelled-pairs.js'
import type { Anchors } from './anchors.js'
import { balancedOrder } from './balanced-order.js'

export interface AnchorOptions {
  /** δ, above 0 and at most 1. */
  readonly step: number
  /** Labels through the network at a time; default 8,192. */
  readonly chunk?: number
}

/**
 * The labels that a network was fitted to, as anchors of its samples, in an order in which the rows of `table` (scores [n, d]) take turns.
 * Throws `InvalidArgument` for a step outside (0, 1], `ShapeMismatch` for another number of columns.
 */
export const makeAnchors = async <N>(
  B: Backend<N>,
  { network, parameters }: Pick<Generator<N>, 'network' | 'parameters'>,
  { inputs, targets }: Pick<LabelledPairs, 'inputs' | 'targets'>,
  table: HostMatrix,
  { step, chunk = 8_192 }: AnchorOptions,
): Promise<Anchors> => {
  requireStep('makeAnchors', step)
  if (table.columns !== targets.columns)
    throw tweedieError(
      'ShapeMismatch',
      'makeAnchors',
      `${targets.columns} columns for a table of ${table.columns}`,
      'Pass the scores that the labels were made from',
    )
  const order = balancedOrder(targets, table)
  const noise = inFloat32(takeRows(inputs, order))
  const labels = takeRows(targets, order)
  const residuals = new Float64Array(labels.data.length)
  for (let at = 0; at < noise.rows; at += chunk) {
    const to = Math.min(noise.rows, at + chunk)
    const out = await readAndFree(
      B,
      B.scope(() => network.apply(B)(parameters, toTensor(B, noise, at, to))),
    )
    for (let k = 0; k < out.length; k++)
      residuals[at * labels.columns + k] = (labels.data[at * labels.columns + k] as number) - (out[k] as number)
  }
  return { noise, residuals: inFloat32({ ...labels, data: residuals }), step }
}

/** Throws `InvalidArgument` unless 0 < step ≤ 1. */
export const requireStep = (where: string, step: number): void => {
  if (!(step > 0 && step <= 1)) throw tweedieError('InvalidArgument', where, `step ${step}`, 'Use a number above 0 and at most 1')
}

/** The numbers that a file of float32 gives back. */
const inFloat32 = (matrix: HostMatrix): HostMatrix => ({ ...matrix, data: Float64Array.from(Float32Array.from(matrix.data)) })
