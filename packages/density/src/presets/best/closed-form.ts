import { type Backend, fold, type HostMatrix, type Key } from '@tweedie/core'
import { toValues } from '../../columns/column-map.js'
import { fitColumns } from '../../columns/fit-columns.js'
import { bestSettings } from './settings.js'
import { type SpreadLabelOptions, spreadLabels } from './spread-labels.js'

/**
 * Rows of the flow itself, without a network: what the labels of preset `best` are, in the units of the table. Exact for the law it draws from, but
 * every row costs a solve over the whole cloud, and with a small spread rows lie as near the training rows as that says.
 * Rejects with what `fitColumns` and `labelledPairs` do.
 */
export const closedFormSamples = async <N>(
  B: Backend<N>,
  table: HostMatrix,
  { count, key, ...options }: Omit<SpreadLabelOptions, 'labels'> & { readonly count: number; readonly key: Key },
): Promise<HostMatrix> => {
  const { maps, scores } = fitColumns(table, bestSettings.scaling, fold(key, 0))
  const { targets } = await spreadLabels(B, scores, { ...options, labels: count, key: fold(key, 1) })
  return toValues(maps, targets)
}
