import { labelOfNumber, type TableColumn } from './table-column.js'

/** The different cells of a column, numbered in the order in which they first appear. */
export interface Distinct {
  /** The number of each row's cell. */
  readonly codes: Int32Array
  /** How often each appears. */
  readonly counts: readonly number[]
  /** The text of each; '' is missing. */
  readonly label: (code: number) => string
}

/** Tells cells apart by their bits: −0 and 0 are two, missing cells are one. */
export const distinctCells = ({ values }: TableColumn): Distinct => {
  const seen = new Map<string | number, number>()
  const cells: (string | number)[] = []
  const counts: number[] = []
  const codes = new Int32Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const cell = values[i] as string | number
    // A Map takes −0 for 0; a column of numbers has no text, so this name is free.
    const name = Object.is(cell, -0) ? '-0' : cell
    let code = seen.get(name)
    if (code === undefined) {
      code = cells.length
      seen.set(name, code)
      cells.push(cell)
      counts.push(0)
    }
    counts[code] = (counts[code] as number) + 1
    codes[i] = code
  }
  const label = (code: number): string => {
    const cell = cells[code] as string | number
    return typeof cell === 'number' ? labelOfNumber(cell) : cell
  }
  return { codes, counts, label }
}
