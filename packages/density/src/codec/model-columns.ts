import type { Codec, ColumnCodec } from './codec.js'

/** As many order statistics of a column with missing cells as are kept to fill them. */
const FILL = 256

/**
 * Gives every column its place in the matrix, and columns of numbers with missing cells (NaN in `numbers`) an indicator beside it; columns that miss
 * the same rows share one.
 */
export const modelColumns = (columns: readonly ColumnCodec[], numbers: readonly Float64Array[]): Codec => {
  const names: string[] = []
  const taken = new Set(columns.map(({ name }) => name))
  const add = (name: string): number => {
    let free = name
    for (let n = 2; name !== '' && taken.has(free); n++) free = `${name} (${n})`
    taken.add(free)
    return names.push(free) - 1
  }
  const indicators = new Map<string, number>()
  const placed = columns.map((column, j): ColumnCodec => {
    switch (column.kind) {
      case 'number': {
        const at = names.push(column.name) - 1
        const values = numbers[j] as Float64Array
        const holes = Array.from(values.keys()).filter((i) => Number.isNaN(values[i]))
        if (holes.length === 0) return { ...column, at }
        const pattern = holes.join()
        const indicator = indicators.get(pattern) ?? add(`${column.name} missing`)
        indicators.set(pattern, indicator)
        return { ...column, at, missing: { at: indicator, fill: orderStatistics(values) } }
      }
      case 'category':
        return { ...column, at: names.push(column.name) - 1 }
      case 'one-hot':
        return { ...column, at: Math.min(...column.labels.map((label) => add(`${column.name}=${label === '' ? 'missing' : label}`))) }
      default:
        return column
    }
  })
  return { version: 1, columns: placed, names }
}

/** Evenly spaced order statistics of the numbers, NaN aside: all of them when they are few. */
const orderStatistics = (values: Float64Array): readonly number[] => {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort()
  const size = Math.min(FILL, sorted.length)
  return Array.from({ length: size }, (_, k) => (sorted[Math.floor(((k + 0.5) / size) * sorted.length)] as number) + 0)
}
