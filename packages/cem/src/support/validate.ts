import { type HostMatrix, tweedieError } from '@tweedie/core'

/** Throws `ShapeMismatch` unless x has the columns of the space around, `NotFinite` naming row and column of a NaN or an infinity. */
export const requireRows = (where: string, x: HostMatrix, dimension: number): void => {
  if (x.columns !== dimension)
    throw tweedieError(
      'ShapeMismatch',
      where,
      `rows of ${x.columns} columns in a space of ${dimension}`,
      `Pass a matrix of ${dimension} columns`,
    )
  const at = x.data.findIndex((value) => !Number.isFinite(value))
  if (at >= 0)
    throw tweedieError(
      'NotFinite',
      where,
      `${x.data[at]} in row ${Math.floor(at / dimension)}, column ${at % dimension}`,
      'Drop the rows that a sampler let diverge, and report how many they were',
    )
}

/** Throws `InvalidArgument` unless the value is positive and finite. */
export const requirePositive = (where: string, name: string, value: number): void => {
  if (!(value > 0 && Number.isFinite(value)))
    throw tweedieError('InvalidArgument', where, `${name} ${value}`, 'Use a positive, finite number')
}

/** Throws `InvalidArgument` unless the value is a whole number of at least `least`. */
export const requireWhole = (where: string, name: string, value: number, least: number): void => {
  if (!(Number.isSafeInteger(value) && value >= least))
    throw tweedieError('InvalidArgument', where, `${name} ${value}`, `Use a whole number, at least ${least}`)
}
