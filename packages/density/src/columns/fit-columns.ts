import { type HostMatrix, type Key, tweedieError } from '@tweedie/core'
import type { ColumnMaps, ColumnScaling } from './column-map.js'
import { toScores } from './column-map.js'
import { normalScores } from './normal-scores.js'
import { standardMap } from './standard.js'

/** A table in the model's units, and the maps that brought it there. */
export interface FittedColumns {
  readonly maps: ColumnMaps
  /** The scores of the rows that the maps were fitted to. */
  readonly scores: HostMatrix
}

/**
 * Fits one map per column: z-scores (`standard`) or normal scores (`normal-scores`, the default of the command line: it also serves heavy
 * tails, bounded and repeated values). The maps belong to the model and are saved with it.
 * Throws `NotFinite` for NaN or infinity (row and column named), `InvalidTable` for a constant column or fewer than two rows.
 */
export const fitColumns = (table: HostMatrix, scaling: ColumnScaling, key: Key): FittedColumns => {
  requireFinite(table)
  if (table.rows < 2)
    throw tweedieError('InvalidTable', 'fitColumns', `${table.rows} rows`, 'A distribution needs at least two rows to be learnt from')
  const columns = Array.from({ length: table.columns }, (_, j) => j)
  if (scaling === 'standard') {
    const maps = columns.map((j) => standardMap(table, j))
    return { maps, scores: toScores(maps, table) }
  }
  const fitted = columns.map((j) => normalScores(table, j, key))
  const data = new Float64Array(table.rows * table.columns)
  fitted.forEach(({ scores }, j) => {
    scores.forEach((score, i) => {
      data[i * table.columns + j] = score
    })
  })
  return { maps: fitted.map(({ map }) => map), scores: { data, rows: table.rows, columns: table.columns } }
}

const requireFinite = (table: HostMatrix): void => {
  const at = table.data.findIndex((value) => !Number.isFinite(value))
  if (at >= 0)
    throw tweedieError(
      'NotFinite',
      `row ${Math.floor(at / table.columns) + 1}, column ${(at % table.columns) + 1}`,
      `the value ${table.data[at]}`,
      'Remove the row or fill in a finite number',
    )
}
