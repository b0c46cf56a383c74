import { type Backend, type HostMatrix, type Matrix, showShape, tweedieError } from '@tweedie/core'

/** Throws `NotFinite` naming the first row and column (counted from 0) that holds a NaN or an infinity. */
export const requireFinite = (where: string, { data, columns }: HostMatrix): void => {
  const at = data.findIndex((value) => !Number.isFinite(value))
  if (at >= 0)
    throw tweedieError(
      'NotFinite',
      where,
      `${data[at]} in row ${Math.floor(at / columns)}, column ${at % columns}`,
      'Drop or fill the row before using the table',
    )
}

/** Throws `InvalidTable` for a table without rows or columns, `NotFinite` for one with a hole. */
export const requireCloud = (where: string, data: HostMatrix): void => {
  if (data.rows < 1 || data.columns < 1)
    throw tweedieError(
      'InvalidTable',
      where,
      `a table of ${data.rows} rows and ${data.columns} columns`,
      'Give at least one row and one column',
    )
  requireFinite(where, data)
}

/** Throws `ShapeMismatch` unless x is [M, dimension]. */
export const requireQueries = <N>(where: string, B: Backend<N>, x: Matrix<N>, dimension: number): void => {
  const shape: readonly number[] = B.shape(x)
  if (shape.length !== 2 || shape[1] !== dimension)
    throw tweedieError(
      'ShapeMismatch',
      where,
      `x of shape ${showShape(shape)} for a law in ${dimension} ${dimension === 1 ? 'dimension' : 'dimensions'}`,
      `Pass x as [M, ${dimension}]`,
    )
}
