import { hostMatrix } from '@tweedie/core'
import { type ColumnMap, toValues } from '../columns/column-map.js'

/** Cells of a column in values: their middles and widths, by cells of at most `width` in scores from −`reach` to `reach`, none with a knot inside. */
export const cellsOf = (
  map: ColumnMap,
  width: number,
  reach: number,
): { readonly middles: Float64Array; readonly widths: Float64Array } => {
  const ends = [-reach, ...map.scores, reach]
  const cells = ends.slice(1).flatMap((to, k) => {
    const from = ends[k] as number
    const count = Math.ceil((to - from) / width)
    return Array.from({ length: count }, (_, cell) => [0, 0.5, 1].map((part) => from + ((to - from) * (cell + part)) / count))
  })
  const values = (part: number) =>
    toValues(
      [{ ...map, extend: 'line' }],
      hostMatrix(
        cells.map((cell) => cell[part] as number),
        cells.length,
        1,
      ),
    ).data
  const [low, middles, high] = [values(0), values(1), values(2)]
  return { middles, widths: high.map((value, k) => value - (low[k] as number)) }
}
