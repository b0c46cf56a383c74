import type { Network, Parameters } from '@tweedie/nn'
import type { Anchors } from './anchors/anchors.js'
import type { ColumnMaps } from './columns/column-map.js'

/**
 * A supervised generator (paper A): a network that takes noise to scores in one pass, and the maps that take scores to the columns of
 * the table.
 */
export interface Generator<N> {
  readonly network: Network
  readonly parameters: Parameters<N>
  /** One map per column; none for data that is generated in the network's own units. */
  readonly columns?: ColumnMaps
  /** For each column the outputs of the network that stand for the knots of its map (`calibrate`); the scores of the knots when left out. */
  readonly outputs?: readonly Float64Array[]
  /** Labels to start from; without them a sample is F(Y). */
  readonly anchors?: Anchors
}

/** The maps from outputs of the network to values of the table; none for data in the network's own units. */
export const outputColumns = ({ columns, outputs }: Pick<Generator<unknown>, 'columns' | 'outputs'>): ColumnMaps | undefined =>
  outputs === undefined ? columns : columns?.map((map, j) => ({ ...map, scores: outputs[j] as Float64Array }))
