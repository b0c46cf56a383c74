import type { Shape } from '@tweedie/core'

/**
 * How operands are read while a result is written in order, as rows and columns: number (i, j) of operand k stands at i · row[k] + j · step[k]. A step is
 * 1, or 0 where a column is repeated; a row is 0 where it is.
 */
export interface Walk {
  readonly columns: number
  readonly row: readonly number[]
  readonly step: readonly number[]
}

/**
 * The walk of operands, each in order, that broadcast to a shape. Axes of size 1 go, and an axis joins the next where all operands go on from one to
 * the other; undefined where more than two are left.
 */
export const walkOf = (shape: Shape, operands: readonly Shape[]): Walk | undefined => {
  let [axes, rows, columns] = [0, 1, 1]
  const row = operands.map(() => 0)
  const step = operands.map(() => 0)
  // Numbers of each operand from here to its end: the stride of an axis.
  const count = operands.map(() => 1)
  const strides = operands.map(() => 0)
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number
    for (const [k, own] of operands.entries()) {
      const length = own[axis - shape.length + own.length] ?? 1
      strides[k] = length === 1 ? 0 : (count[k] as number)
      count[k] = (count[k] as number) * length
    }
    if (size === 1) continue
    const inner = axes === 1 ? step : row
    const length = axes === 1 ? columns : rows
    if (axes === 0 || strides.some((stride, k) => stride !== (inner[k] as number) * length)) {
      if (++axes > 2) return undefined
      const outer = axes === 1 ? step : row
      for (const [k, stride] of strides.entries()) outer[k] = stride
    }
    if (axes === 1) columns *= size
    else rows *= size
  }
  return { columns, row, step }
}

/** How an operand fills a shape that it broadcasts to: it has that shape, or is one number, or its rows or its columns are repeated. */
export type Repeat = 'none' | 'all' | 'rows' | 'columns'

/** How an operand fills a shape, where it is one of the usual ways; undefined where it is not, or does not broadcast to the shape. Makes nothing. */
export const repeatOf = (own: Shape, whole: Shape): Repeat | undefined => {
  const lead = whole.length - own.length
  if (lead < 0) return undefined
  let end = own.length
  while (end > 0 && own[end - 1] === whole[lead + end - 1]) end--
  if (end === 0) return lead === 0 ? 'none' : 'rows'
  let ones = end
  while (ones > 0 && own[ones - 1] === 1) ones--
  if (ones === 0) return end === own.length ? 'all' : 'rows'
  if (lead > 0 || end < own.length) return undefined
  while (ones > 0 && own[ones - 1] === whole[ones - 1]) ones--
  return ones === 0 ? 'columns' : undefined
}
