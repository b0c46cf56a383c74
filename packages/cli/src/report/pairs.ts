/** Which pairs of columns a report draws: those that tell most about each other. */

import { column, type HostMatrix } from '@tweedie/core'
import { level, spreadRows } from './spread.js'

export interface ColumnPair {
  /** The column along the horizontal axis. */
  readonly x: number
  readonly y: number
  /** Longitude and latitude. */
  readonly geographic: boolean
}

const words = (name: string): string[] =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)

const within = (values: Float64Array, from: number, to: number): boolean => values.every((value) => value >= from && value <= to)

/** Longitude and latitude, known by their names and their ranges. */
export const geographicPair = (names: readonly string[], rows: HostMatrix): ColumnPair | undefined => {
  const find = (wanted: readonly string[], from: number, to: number): number =>
    names.findIndex((name, j) => words(name).some((word) => wanted.includes(word)) && within(column(rows, j), from, to))
  const x = find(['longitude', 'lon', 'lng', 'long'], -180, 360)
  const y = find(['latitude', 'lat'], -90, 90)
  return x < 0 || y < 0 || x === y ? undefined : { x, y, geographic: true }
}

const bins = 8

/** The bin of every value among `bins` bins that hold equally many; equal values share a bin. */
const frequencyBins = (values: Float64Array): Uint8Array => {
  const sorted = values.slice().sort()
  const edges = Array.from({ length: bins - 1 }, (_, k) => level(sorted, (k + 1) / bins))
  return Uint8Array.from(values, (value) => edges.filter((edge) => value > edge).length)
}

/** Mutual information of two binned columns, in nats: Σ p_ab ln(p_ab / (p_a p_b)). */
const mutualInformation = (a: Uint8Array, b: Uint8Array): number => {
  const joint = new Float64Array(bins * bins)
  for (let i = 0; i < a.length; i++) {
    const cell = (a[i] as number) * bins + (b[i] as number)
    joint[cell] = (joint[cell] as number) + 1 / a.length
  }
  const first = Float64Array.from({ length: bins }, (_, k) => joint.subarray(k * bins, (k + 1) * bins).reduce((sum, p) => sum + p, 0))
  const second = Float64Array.from({ length: bins }, (_, k) =>
    Array.from(first.keys()).reduce((sum, m) => sum + (joint[m * bins + k] as number), 0),
  )
  return joint.reduce((sum, p, cell) => {
    const independent = (first[Math.floor(cell / bins)] as number) * (second[cell % bins] as number)
    return p > 0 ? sum + p * Math.log(p / independent) : sum
  }, 0)
}

const mostRows = 2000
const mostColumns = 64

/**
 * At most `count` pairs: longitude against latitude where there are such columns, then by mutual information, where a column already
 * shown counts for less, so that the pairs spread over the table. Columns after the 64th are not looked at.
 */
export const informativePairs = (names: readonly string[], rows: HostMatrix, count: number): ColumnPair[] => {
  const some = spreadRows(rows, mostRows)
  const columns = Math.min(some.columns, mostColumns)
  const binned = Array.from({ length: columns }, (_, j) => frequencyBins(column(some, j)))
  const candidates = binned.flatMap((a, x) =>
    binned.slice(x + 1).map((b, k) => ({ x, y: x + 1 + k, information: mutualInformation(a, b) })),
  )
  const geographic = geographicPair(names, rows)
  const chosen: ColumnPair[] = geographic === undefined ? [] : [geographic]
  const uses = (j: number): number => chosen.filter(({ x, y }) => x === j || y === j).length
  const taken = (a: number, b: number): boolean => chosen.some(({ x, y }) => (x === a && y === b) || (x === b && y === a))
  while (chosen.length < count) {
    const left = candidates.filter(({ x, y }) => !taken(x, y))
    const worth = left.map(({ x, y, information }) => information * 0.35 ** (uses(x) + uses(y)))
    const best = left[worth.indexOf(Math.max(...worth))]
    if (best === undefined) break
    chosen.push({ x: best.x, y: best.y, geographic: false })
  }
  return chosen
}
