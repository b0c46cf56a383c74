import { type ColumnMaps, toScores } from '../columns/column-map.js'
import { columnLogJacobian } from './column-log-jacobian.js'
import { densityMaps } from './density-maps.js'
import { type LogDensity, requireRows } from './log-density.js'

export interface TableUnitOptions {
  readonly units?: 'values' | 'scores'
  /** The maps from what `density` is of to values, where that is not scores: `outputColumns` of a generator whose columns are calibrated. */
  readonly outputs?: ColumnMaps
}

/**
 * A log-density of rows of the table from one in scores: ln p(v) = ln p(s(v)) + Σ_j ln |ds_j/dv_j|, with the maps that `densityMaps` makes of the
 * model's. In nats; another unit of a column adds the log of the ratio. With `units: 'scores'` rows of the table go in and the density in scores
 * comes out: it says how unlikely a row is beside what its columns alone explain, and ranks anomalies without regard to units.
 */
export const inTableUnits = (maps: ColumnMaps, density: LogDensity, { units = 'values', outputs }: TableUnitOptions = {}): LogDensity => {
  const scores = densityMaps(maps)
  const inner = outputs === undefined ? scores : densityMaps(outputs)
  return async (rows, options) => {
    requireRows('inTableUnits', rows, maps.length)
    const found = await density(toScores(inner, rows), options)
    if (units === 'scores' && outputs === undefined) return found
    const jacobian = columnLogJacobian(inner, rows)
    // In scores: ln p(v) − Σ ln |ds/dv|.
    const ofScores = units === 'scores' ? columnLogJacobian(scores, rows) : undefined
    return { ...found, logDensity: found.logDensity.map((value, i) => value + (jacobian[i] as number) - (ofScores?.[i] ?? 0)) }
  }
}
