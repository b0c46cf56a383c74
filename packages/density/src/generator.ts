import type { Network, Parameters } from '@tweedie/nn'
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
}
