/** A column of a typed table (Parquet, Arrow) while it is being read. */

import type { Fault, FoundColumn } from './assemble.js'

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString()
  if (typeof value !== 'object') return String(value)
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? ''
}

/** Takes the values of a column piece by piece; null and undefined are missing ones. */
export interface TypedBuilder {
  readonly take: (data: ArrayLike<unknown>, from: number) => void
  readonly found: () => FoundColumn
}

/** A column of numbers: `convert` makes one of a value that is there. The first missing or non-finite one is its fault. */
export const numberBuilder = (name: string, rows: number, convert: (value: unknown) => number): TypedBuilder => {
  const values = new Float64Array(rows)
  let fault: Fault | undefined
  let otherFault: Fault | undefined
  const blame = (candidate: Fault): void => {
    if (fault === undefined || candidate.row < fault.row) fault = candidate
    if (candidate.flaw !== 'missing' && (otherFault === undefined || candidate.row < otherFault.row)) otherFault = candidate
  }
  return {
    take: (data, from) => {
      for (let i = 0; i < data.length; i++) {
        const value = data[i]
        const absent = value === null || value === undefined
        const number = absent ? Number.NaN : convert(value)
        values[from + i] = number
        if (!Number.isFinite(number)) blame({ row: from + i, flaw: absent ? 'missing' : 'notFinite', text: absent ? '' : String(value) })
      }
    },
    found: () => ({
      name,
      kind: 'number',
      values,
      fault,
      otherFault: () => otherFault,
      texts: () => Array.from(values, (value) => (Number.isNaN(value) ? '' : String(value))),
    }),
  }
}

/** A column of text; dates are written as ISO 8601, nested values as JSON. */
export const textBuilder = (name: string): TypedBuilder => {
  const texts: string[] = []
  return {
    take: (data, from) => {
      for (let i = 0; i < data.length; i++) texts[from + i] = textOf(data[i])
    },
    found: () => ({ name, kind: 'text', texts: () => texts }),
  }
}
