/** Dates and times as ISO 8601 writes them: 2024-02-29, 2024-02-29T13:05, 2024-02-29 13:05:30, 2024-02-29T13:05:30.250Z. */

/** How the cells of a column of dates are written. Each is a whole number of its unit since 1970-01-01. */
export interface DateFormat {
  readonly unit: 'day' | 'minute' | 'second' | 'millisecond'
  /** Between date and time. */
  readonly separator: '' | 'T' | ' '
  readonly zone: '' | 'Z'
}

const pattern = /^\d{4}-\d\d-\d\d(?:([T ])\d\d:\d\d(:\d\d(\.\d{3})?)?(Z?))?$/

/** Milliseconds in a unit, and the letters of an ISO time that are written. */
const units = { day: [86_400_000, 10], minute: [60_000, 16], second: [1_000, 19], millisecond: [1, 23] } as const

/** The first and last day that four digits of a year can say. */
const [earliest, latest] = [Date.parse('0000-01-01'), Date.parse('9999-12-31T23:59:59.999Z')]

/** The one format in which all the cells ('' aside) are written; nothing when there is none, or no cell. */
export const findDateFormat = (cells: readonly string[]): DateFormat | undefined => {
  const first = cells.find((cell) => cell !== '')
  const format = first === undefined ? undefined : formatOf(first)
  return format !== undefined && cells.every((cell) => cell === '' || Number.isFinite(parseDate(format, cell))) ? format : undefined
}

/** The number of units since 1970-01-01, NaN for a cell that is not a date in this format. */
export const parseDate = (format: DateFormat, cell: string): number => {
  const found = formatOf(cell)
  if (found?.unit !== format.unit || found.separator !== format.separator || found.zone !== format.zone) return Number.NaN
  const text = cell.replace(' ', 'T')
  const count = Date.parse(format.unit === 'day' || format.zone === 'Z' ? text : `${text}Z`) / units[format.unit][0]
  // 31 February does not come back.
  return Number.isFinite(count) && formatDate(format, count) === cell ? count : Number.NaN
}

/** The cell for a whole number of units; the first or last day of the calendar for one outside the years 0000 to 9999. */
export const formatDate = ({ unit, separator, zone }: DateFormat, count: number): string => {
  const [size, letters] = units[unit]
  const time = Math.min(Math.floor(latest / size) * size, Math.max(earliest, count * size))
  const text = new Date(time).toISOString().slice(0, letters)
  return unit === 'day' ? text : `${text.replace('T', separator)}${zone}`
}

const formatOf = (cell: string): DateFormat | undefined => {
  const match = pattern.exec(cell)
  if (match === null) return undefined
  const [, separator, seconds, milliseconds, zone] = match
  if (separator === undefined) return { unit: 'day', separator: '', zone: '' }
  const unit = milliseconds !== undefined ? 'millisecond' : seconds !== undefined ? 'second' : 'minute'
  return { unit, separator: separator as 'T' | ' ', zone: (zone ?? '') as '' | 'Z' }
}
