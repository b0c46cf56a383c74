/** A matrix as the bytes of a comma- or tab-separated text. */

import type { HostMatrix } from '@tweedie/core'
import Papa from 'papaparse'
import { flawOf } from './cell.js'
import type { RawColumn } from './table.js'

/** Rows made into text at a time. */
const rowsAtOnce = 4096

/** The shortest text that reads back as the same double; −0 keeps its sign. */
const shortest = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

/**
 * Quotes tell the reader what a name is: where no name reads as text the header would be taken for data, and a `#` at the start of
 * the file would be taken off.
 */
const headerLine = (names: readonly string[], delimiter: ',' | '\t'): string => {
  const looksLikeData = names.every((name) => flawOf(name.trim()) !== 'text')
  const quotes = names.map((name, j) => looksLikeData || (j === 0 && name.startsWith('#')))
  return Papa.unparse([[...names]], { delimiter, newline: '\n', quotes })
}

/** Header, then one line a row. With `decimals`, each number has that many; without, as many as it takes to read it back unchanged. */
export function* csvContent(
  names: readonly string[],
  { data, rows, columns }: HostMatrix,
  delimiter: ',' | '\t',
  decimals?: number,
): Generator<Uint8Array> {
  yield Buffer.from(`${headerLine(names, delimiter)}\n`)
  const text = decimals === undefined ? shortest : (value: number): string => value.toFixed(decimals)
  for (let from = 0; from < rows; from += rowsAtOnce) {
    const to = Math.min(rows, from + rowsAtOnce)
    let lines = ''
    for (let i = from; i < to; i++) {
      for (let j = 0; j < columns; j++) lines += (j > 0 ? delimiter : '') + text(data[i * columns + j] as number)
      lines += '\n'
    }
    yield Buffer.from(lines)
  }
}

/** The same for columns of numbers and text: a missing cell is empty, or `NA` in a table of one column, where an empty line would be no row. */
export function* csvColumns(columns: readonly RawColumn[], delimiter: ',' | '\t'): Generator<Uint8Array> {
  const names = columns.map(({ name }) => name)
  const rows = columns[0]?.values.length ?? 0
  const empty = columns.length === 1 ? 'NA' : ''
  const cell = (column: RawColumn, i: number): string => {
    if (column.kind === 'text') return (column.values[i] as string) || empty
    const value = column.values[i] as number
    return Number.isNaN(value) ? empty : shortest(value)
  }
  yield Buffer.from(`${headerLine(names, delimiter)}\n`)
  for (let from = 0; from < rows; from += rowsAtOnce) {
    const lines = Array.from({ length: Math.min(rowsAtOnce, rows - from) }, (_, k) => columns.map((column) => cell(column, from + k)))
    yield Buffer.from(`${Papa.unparse(lines, { delimiter, newline: '\n' })}\n`)
  }
}
