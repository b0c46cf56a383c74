import { type Backend, type HostMatrix, sliceRows, tweedieError } from '@tweedie/core'
import { type Network, type Trained, type TrainOptions, train } from '@tweedie/nn'
import type { ColumnMaps } from './columns/column-map.js'
import type { Generator } from './generator.js'
import type { LabelledPairs } from './labelled-pairs.js'

/** Options of `fit`: those of nn's `train` but the data, and the column maps that the generator is to carry. */
export interface FitOptions<N> extends Omit<TrainOptions<N>, 'network' | 'inputs' | 'targets'> {
  readonly columns?: ColumnMaps
}

/** A generator with the record of its training. */
export interface FittedGenerator<N> extends Generator<N> {
  readonly training: Omit<Trained<N>, 'parameters'>
}

/**
 * Paper A §3.2, step 4: fits the network F to F(Y) ≈ X by mean squared error, supervised. Keeps the weights that were best on pairs held
 * out for validation.
 *
 * Rejects with `ShapeMismatch` when the pairs, the network or the column maps have different numbers of columns, and with whatever `train`
 * rejects with. The parameters of the result are the caller's to free.
 */
export const fit = async <N>(
  B: Backend<N>,
  network: Network,
  pairs: Pick<LabelledPairs, 'inputs' | 'targets'>,
  { columns, ...options }: FitOptions<N>,
): Promise<FittedGenerator<N>> => {
  const wanted = pairs.targets.columns
  if (columns !== undefined && columns.length !== wanted)
    throw tweedieError(
      'ShapeMismatch',
      'fit',
      `${columns.length} column maps for ${wanted} columns`,
      'Pass the maps that the labels were made with',
    )
  const inputs = toTensor(B, pairs.inputs)
  const targets = toTensor(B, pairs.targets)
  try {
    const { parameters, ...training } = await train(B, { ...options, network, inputs, targets })
    return { network, parameters, ...(columns && { columns }), training }
  } finally {
    B.free(inputs)
    B.free(targets)
  }
}

/** Rows `from` to `to` of a host matrix on a backend. */
export const toTensor = <N>(B: Backend<N>, matrix: HostMatrix, from = 0, to = matrix.rows) => {
  const rows = sliceRows(matrix, from, to)
  return B.tensor(rows.data, [rows.rows, rows.columns])
}
