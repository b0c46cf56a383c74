/** A column of a text table while it is being read: its numbers, how many cells are numbers, and the first cell that is not. */

import type { Fault } from './assemble.js'
import { type Flaw, flawOf, parseNumber } from './cell.js'

/** Rows after which a column that is numeric so far stops keeping its text. */
const trial = 1024

/**
 * The first record may be data or a header, which is known only at the end: it is row 0 of the builder, and kept out of the counts.
 */
export interface ColumnBuilder {
  readonly push: (cell: string) => void
  /** The text of the first record's cell and, when it is no finite number, why. */
  readonly head: () => { readonly text: string; readonly flaw: Flaw | undefined }
  /** Is it a column of numbers: are more than half of its cells, empty ones aside, numbers? Judged with or without the first record. */
  readonly isNumeric: (withHead: boolean) => boolean
  readonly values: (withHead: boolean) => Float64Array
  readonly fault: (withHead: boolean) => Fault | undefined
  /** The first cell that is neither a number nor missing. */
  readonly otherFault: (withHead: boolean) => Fault | undefined
  /** The cells as text, or nothing if they were not kept. */
  readonly texts: (withHead: boolean) => readonly string[] | undefined
}

export const columnBuilder = (): ColumnBuilder => {
  let values = new Float64Array(16)
  let rows = 0
  let filled = 0
  let numbers = 0
  let texts: string[] | undefined = []
  let head: { text: string; flaw: Flaw | undefined } = { text: '', flaw: 'missing' }
  let fault: Fault | undefined
  let otherFault: Fault | undefined

  const push = (cell: string): void => {
    const text = cell.trim()
    const value = parseNumber(text)
    const flaw = Number.isFinite(value) ? undefined : flawOf(text)
    if (rows === values.length) {
      const longer = new Float64Array(2 * rows)
      longer.set(values)
      values = longer
    }
    values[rows] = value
    if (rows === 0) head = { text, flaw }
    else {
      if (flaw !== 'missing') filled++
      if (flaw === undefined || flaw === 'notFinite') numbers++
      if (flaw !== undefined) fault ??= { row: rows, flaw, text }
      if (flaw !== undefined && flaw !== 'missing') otherFault ??= { row: rows, flaw, text }
    }
    rows++
    if (texts !== undefined) {
      if (rows > trial && 2 * numbers > filled) texts = undefined
      else texts.push(text)
    }
  }

  const headCounts = (flaw: Flaw | undefined, withHead: boolean, which: 'filled' | 'numbers'): number =>
    withHead && flaw !== 'missing' && (which === 'filled' || flaw !== 'text') ? 1 : 0

  return {
    push,
    head: () => head,
    isNumeric: (withHead) =>
      2 * (numbers + headCounts(head.flaw, withHead, 'numbers')) > filled + headCounts(head.flaw, withHead, 'filled'),
    values: (withHead) => values.slice(withHead ? 0 : 1, rows),
    fault: (withHead) => {
      if (withHead && head.flaw !== undefined) return { row: 0, flaw: head.flaw, text: head.text }
      return fault === undefined || withHead ? fault : { ...fault, row: fault.row - 1 }
    },
    otherFault: (withHead) => {
      if (withHead && head.flaw !== undefined && head.flaw !== 'missing') return { row: 0, flaw: head.flaw, text: head.text }
      return otherFault === undefined || withHead ? otherFault : { ...otherFault, row: otherFault.row - 1 }
    },
    texts: (withHead) => (withHead ? texts : texts?.slice(1)),
  }
}
