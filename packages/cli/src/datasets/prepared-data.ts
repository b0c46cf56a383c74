/** What Papamakarios' recipes for MAF share (docs/formulas.md §2): the three parts of a table and its z-scores. */

import { type HostMatrix, sliceRows } from '@tweedie/core'
import { type Origin, otherFile } from './origin.js'

/** A table in three parts, standardised. */
export interface PreparedData {
  readonly names: readonly string[]
  readonly training: HostMatrix
  readonly validation: HostMatrix
  readonly test: HostMatrix
}

/** Training rows that paper A keeps. */
export const mostTrainingRows = 200_000

/** The last rows apart, a tenth rounded down. */
export const lastTenth = (matrix: HostMatrix): readonly [rest: HostMatrix, last: HostMatrix] => {
  const rest = matrix.rows - Math.floor(0.1 * matrix.rows)
  return [sliceRows(matrix, 0, rest), sliceRows(matrix, rest, matrix.rows)]
}

/** What standardises: mean and deviation of each column, with n − `less` under the root. */
export interface Standards {
  readonly means: Float64Array
  readonly deviations: Float64Array
}

export const standardsOf = ({ data, rows, columns }: HostMatrix, less: 0 | 1): Standards => {
  const [means, deviations] = [new Float64Array(columns), new Float64Array(columns)]
  for (let k = 0; k < rows * columns; k++) means[k % columns] = (means[k % columns] as number) + (data[k] as number) / rows
  for (let k = 0; k < rows * columns; k++)
    deviations[k % columns] = (deviations[k % columns] as number) + ((data[k] as number) - (means[k % columns] as number)) ** 2
  return { means, deviations: deviations.map((sum) => Math.sqrt(sum / (rows - less))) }
}

const standardised = (matrix: HostMatrix, { means, deviations }: Standards): HostMatrix => ({
  ...matrix,
  data: matrix.data.map((value, k) => (value - (means[k % matrix.columns] as number)) / (deviations[k % matrix.columns] as number)),
})

/** The fewest rows that give every part a few. */
const fewestRows = 40

const sameThroughout = (data: Float64Array, rows: number, columns: number, j: number): boolean => {
  let i = 1
  while (i < rows && data[i * columns + j] === data[j]) i++
  return i >= rows
}

/** Throws `InvalidTable` naming the first column whose every value is the same. */
export const requireVarying = (origin: Origin, path: string, names: readonly string[], { data, rows, columns }: HostMatrix): void => {
  const constant = names.findIndex((_, j) => sameThroughout(data, rows, columns, j))
  if (constant >= 0) throw otherFile(origin, path, `every value of ${names[constant]} is the same`)
}

/** The parts in units of `standards`, at most `mostTrainingRows` for training. Throws `InvalidTable` for too few rows or a constant column. */
export const prepared = (
  origin: Origin,
  path: string,
  names: readonly string[],
  parts: Omit<PreparedData, 'names'>,
  standards: Standards,
): PreparedData => {
  const rows = parts.training.rows + parts.validation.rows + parts.test.rows
  if (rows < fewestRows || parts.test.rows < 2) throw otherFile(origin, path, `${rows} usable rows are too few to learn from`)
  requireVarying(origin, path, names, parts.training)
  const training = sliceRows(parts.training, 0, Math.min(mostTrainingRows, parts.training.rows))
  return {
    names,
    training: standardised(training, standards),
    validation: standardised(parts.validation, standards),
    test: standardised(parts.test, standards),
  }
}
