import type { ColumnMap, ColumnMaps } from '../columns/column-map.js'

/** A slope between fewer ranks than this is mostly chance: the log of a gap of k ranks varies by about 1/√k. */
const RANKS_PER_PIECE = 20
const MOST_PIECES = 100
const FEWEST_PIECES = 8

/**
 * Column maps whose slope is a density. The maps of a model send a repeated value to an interval of scores, hold at the ends, and follow every
 * single row: there the change of variables has probabilities without density, values without either, and slopes that are mostly chance
 * (0.42 nats a column are lost on rows not seen). Here instead
 *
 * - a repeated value stands at the middle of its scores, so its probability is spread evenly to the middles between it and its neighbours: ln p
 *   at an integer is ln of its probability over the width of its cell;
 * - knots lie at least 20 ranks apart where the column has so many, at most 100 pieces in all;
 * - the first and the last piece go on beyond the ends, so a value out of the range of the table has a small density and not none.
 *
 * Values and scores increase strictly, and a density in scores becomes one in values exactly. Maps that are lines (`standard`) stay as they are.
 */
export const densityMaps = (maps: ColumnMaps): ColumnMaps => maps.map(densityMap)

const densityMap = (map: ColumnMap): ColumnMap => {
  const n = map.values.length
  const ranks = Math.max(1, Math.ceil(n / MOST_PIECES), Math.min(RANKS_PER_PIECE, Math.floor(n / FEWEST_PIECES)))
  const groups = equalValues(map)
  const last = groups.length - 1
  if (last < 1) return { ...map, extend: 'line' }
  const kept = [groups[0] as Group]
  groups.forEach((group, k) => {
    if (k > 0 && k < last && group.to - (kept.at(-1) as Group).to >= ranks) kept.push(group)
  })
  // The last knot stays: the one before it makes room where the two are too near.
  if (kept.length > 1 && n - 1 - (kept.at(-1) as Group).to < ranks && (groups[last] as Group).to - (groups[last] as Group).from < ranks)
    kept.pop()
  kept.push(groups[last] as Group)
  return {
    values: Float64Array.from(kept, ({ value }) => value),
    scores: Float64Array.from(kept, ({ from, to }) => 0.5 * ((map.scores[from] as number) + (map.scores[to] as number))),
    extend: 'line',
  }
}

/** A value and the knots that have it. */
interface Group {
  readonly value: number
  readonly from: number
  readonly to: number
}

const equalValues = ({ values }: ColumnMap): readonly Group[] => {
  const groups: Group[] = []
  for (let from = 0; from < values.length; ) {
    let to = from
    while (to + 1 < values.length && values[to + 1] === values[from]) to++
    groups.push({ value: values[from] as number, from, to })
    from = to + 1
  }
  return groups
}
