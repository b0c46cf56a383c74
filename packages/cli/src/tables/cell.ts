/** What one cell of a text table says: a number, nothing, a number that is not finite, or something else. */

const decimal = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/
const notFinite = /^[-+]?(?:nan|inf|infinity)$/i
const missing = /^(?:|\?|na|n\/a|#n\/a|<na>|null|none)$/i

/** The number a trimmed cell says, ±Infinity when it is too large for a double, NaN when it is not a decimal number. */
export const parseNumber = (cell: string): number => (decimal.test(cell) ? Number(cell) : Number.NaN)

/** Why a cell is not a finite number. */
export type Flaw = 'missing' | 'notFinite' | 'text'

/** The flaw of a trimmed cell that `parseNumber` gives no finite number for. */
export const flawOf = (cell: string): Flaw => {
  if (missing.test(cell)) return 'missing'
  return notFinite.test(cell) || decimal.test(cell) ? 'notFinite' : 'text'
}

/** A cell as it is shown in a message: in quotes, cut to 40 characters. */
export const quoted = (cell: string): string => JSON.stringify(cell.length > 40 ? `${cell.slice(0, 39)}…` : cell)
