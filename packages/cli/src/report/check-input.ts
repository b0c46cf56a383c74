/** Refuses what cannot be drawn, before anything is drawn. */

import { type HostMatrix, tweedieError } from '@tweedie/core'
import type { ReportInput } from './input.js'

const requireTable = (name: string, { data, rows, columns }: HostMatrix, names: readonly string[]): void => {
  if (columns !== names.length || data.length !== rows * columns)
    throw tweedieError(
      'ShapeMismatch',
      `renderReport, ${name}`,
      `${data.length} numbers as ${rows} × ${columns} for ${names.length} column names`,
      'Give the three tables one column for each name',
    )
  if (rows < 1) throw tweedieError('InvalidArgument', `renderReport, ${name}`, 'it has no rows', 'Give at least one row')
  const bad = data.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0)
    throw tweedieError(
      'NotFinite',
      `renderReport, ${name}, row ${Math.floor(bad / columns)}, column ${bad % columns}`,
      `it is ${data[bad]}`,
      'Give finite numbers',
    )
}

/** Throws `ShapeMismatch`, `InvalidArgument` or `NotFinite`. */
export const checkInput = ({ names, heldOut, training, generated, metrics }: ReportInput): void => {
  if (names.length === 0) throw tweedieError('InvalidArgument', 'renderReport', 'there are no columns', 'Give at least one column')
  requireTable('heldOut', heldOut, names)
  requireTable('training', training, names)
  requireTable('generated', generated, names)
  for (const [name, measured] of Object.entries({ generated: metrics.generated, floor: metrics.floor, halves: metrics.halves }))
    if (measured !== null && measured.marginalKl.length !== names.length)
      throw tweedieError(
        'ShapeMismatch',
        `renderReport, metrics.${name}`,
        `${measured.marginalKl.length} divergences for ${names.length} columns`,
        'Give one for each column',
      )
}

/** What a picture cannot tell from infinity and from 0; beyond, differences and squares would overflow. */
const [largest, smallest] = [1e100, 1e-100]

const drawableTable = (matrix: HostMatrix): HostMatrix => {
  const extreme = (value: number): boolean => Math.abs(value) > largest || (value !== 0 && Math.abs(value) < smallest)
  if (!matrix.data.some(extreme)) return matrix
  return { ...matrix, data: matrix.data.map((value) => (Math.abs(value) < smallest ? 0 : Math.min(largest, Math.max(-largest, value)))) }
}

/** The same input with its tables in the range of numbers that can be drawn: from 1e-100 to 1e100 in size, and 0. */
export const drawableInput = (input: ReportInput): ReportInput => ({
  ...input,
  heldOut: drawableTable(input.heldOut),
  training: drawableTable(input.training),
  generated: drawableTable(input.generated),
})
