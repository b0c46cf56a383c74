/** How a text table separates its cells and lines, guessed from its first rows. */

import Papa from 'papaparse'

export interface Dialect {
  /** `' '` stands for any run of spaces and tabs. */
  readonly delimiter: ',' | ';' | '\t' | '|' | ' '
  readonly newline: '\n' | '\r'
}

const sampleSize = 65536
const sampleRows = 100
/** A number, also with a decimal comma: what a column separated at the right places is full of. */
const numberLike = /^\s*[-+]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][-+]?\d+)?\s*$/

/** The first rows, whole: enough to see how they are separated. */
const sampleOf = (text: string, newline: Dialect['newline']): string => {
  if (text.length <= sampleSize) return text
  const end = text.lastIndexOf(newline, sampleSize)
  return text.slice(0, end > 0 ? end : sampleSize)
}

/** The cells of a row that spaces separate. */
export const spacedCells = (cells: readonly string[]): string[] => cells.filter((cell) => cell !== '' && cell !== '\r')

/** `18.0  8  307` is three numbers, `10 000` is one. */
const isSpacedNumbers = (cell: string): boolean => {
  const parts = spacedCells(cell.split(' '))
  return parts.length > 1 && parts.every((part) => numberLike.test(part)) && !/^\s*[-+]?\d{1,3}(?: \d{3})+(?:[.,]\d*)?\s*$/.test(cell)
}

interface Score {
  readonly delimiter: Dialect['delimiter']
  /** The share of rows that have the commonest number of cells, 0 when that is one. */
  readonly agreement: number
  /** The share of cells that look like numbers. */
  readonly numbers: number
  /** The share of rows in which a cell is several numbers with spaces between them. */
  readonly spacedNumbers: number
}

const scoreOf = (sample: string, newline: Dialect['newline'], delimiter: Dialect['delimiter']): Score => {
  const { data } = Papa.parse<string[]>(delimiter === ' ' ? sample.replaceAll('\t', ' ') : sample, {
    delimiter,
    newline,
    preview: sampleRows,
  })
  const rows = (delimiter === ' ' ? data.map(spacedCells) : data).filter((cells) => cells.some((cell) => cell.trim() !== ''))
  const counts = new Map<number, number>()
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1)
  const [commonest, times] = [...counts].reduce((best, next) => (next[1] > best[1] ? next : best), [1, 0] as const)
  const cells = rows.flat()
  return {
    delimiter,
    agreement: commonest > 1 ? times / rows.length : 0,
    numbers: cells.filter((cell) => numberLike.test(cell)).length / Math.max(1, cells.length),
    spacedNumbers: rows.filter((row) => row.some(isSpacedNumbers)).length / Math.max(1, rows.length),
  }
}

/**
 * The dialect of a text. Separators are compared by how many rows they split into equally many cells, then by how many of the cells
 * are numbers (with a decimal point or comma), then in the order tab, semicolon, bar, comma. Spaces are considered only where none
 * of these separates the rows, since text may hold them, or where tabs leave several numbers in a cell. A `.tsv` file that has tabs is separated by tabs.
 */
export const detectDialect = (text: string, extension: '.csv' | '.tsv' | '.txt'): Dialect => {
  const newline = text.includes('\n') ? '\n' : '\r'
  const sample = sampleOf(text, newline)
  if (extension === '.tsv' && sample.includes('\t')) return { delimiter: '\t', newline }
  const scores = (['\t', ';', '|', ','] as const).map((delimiter) => scoreOf(sample, newline, delimiter))
  const best = scores.reduce((a, b) => (b.agreement > a.agreement || (b.agreement === a.agreement && b.numbers > a.numbers) ? b : a))
  const mixed = best.delimiter === '\t' && best.spacedNumbers >= 0.5
  if (best.agreement >= 0.5 && !mixed) return { delimiter: best.delimiter, newline }
  const spaces = scoreOf(sample, newline, ' ')
  if (spaces.agreement > best.agreement || (mixed && spaces.agreement >= 0.5)) return { delimiter: ' ', newline }
  return { delimiter: best.agreement > 0 ? best.delimiter : ',', newline }
}
