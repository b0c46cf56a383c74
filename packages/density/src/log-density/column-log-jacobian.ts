import { type HostMatrix, tweedieError } from '@tweedie/core'
import { type ColumnMap, type ColumnMaps, requireColumns } from '../columns/column-map.js'
import { interpolate } from '../columns/interpolate.js'

/**
 * Σ_j ln |ds_j/dv_j| of piecewise linear column maps at the rows of a table, [n]: what ln p in scores gains in the table's units. The slope at a knot
 * is the mean of the two beside it. Where a map holds at its end (`extend: 'hold'`) nothing lies beyond, and the sum is −Infinity there.
 *
 * Throws `ShapeMismatch` for other columns and `InvalidArgument` for a map with repeated values, which have a probability and no density: `densityMaps`
 * spreads them.
 */
export const columnLogJacobian = (maps: ColumnMaps, values: HostMatrix): Float64Array => {
  requireColumns('columnLogJacobian', maps, values)
  maps.forEach((map, j) => {
    if (map.values.some((value, k) => k > 0 && !(value > (map.values[k - 1] as number))))
      throw tweedieError(
        'InvalidArgument',
        `columnLogJacobian, column ${j + 1}`,
        'a map with repeated values, which have a probability and no density',
        'Use densityMaps(maps)',
      )
  })
  const { data, rows, columns } = values
  return Float64Array.from({ length: rows }, (_, i) =>
    maps.reduce((sum, map, j) => sum + Math.log(slopeAt(map, data[i * columns + j] as number)), 0),
  )
}

/** ds/dv. */
const slopeAt = (map: ColumnMap, value: number): number => {
  const { values, scores, extend } = map
  const last = values.length - 1
  if (extend === 'hold' && (value < (values[0] as number) || value > (values[last] as number))) return 0
  const slope = (from: number): number =>
    ((scores[from + 1] as number) - (scores[from] as number)) / ((values[from + 1] as number) - (values[from] as number))
  const { from } = interpolate(values, value, 'line')
  // `interpolate` gives the piece on the right of a knot; the last knot has none.
  return from > 0 && value === values[from] ? 0.5 * (slope(from - 1) + slope(from)) : slope(from)
}
