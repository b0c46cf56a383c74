import { type HostMatrix, tweedieError } from '@tweedie/core'

/**
 * What every metric asks of its input. Distances square their differences, so a number above `largest` is refused together with the
 * infinities: its square would be one.
 */
export const largest = 1e150

const requireUsable = (where: string, name: string, value: number, position: string): void => {
  if (Math.abs(value) <= largest) return
  if (Number.isFinite(value))
    throw tweedieError(
      'NotFinite',
      where,
      `${name} has ${value} at ${position}, whose square overflows`,
      `Scale the data to magnitudes below ${largest}`,
    )
  throw tweedieError('NotFinite', where, `${name} has ${value} at ${position}`, 'Drop the rows with missing values or fill them in first')
}

/** Throws unless `matrix` has at least `minimumRows` rows, at least one column, and nothing but usable numbers. */
export const requireSample = (where: string, name: string, matrix: HostMatrix, minimumRows = 1): void => {
  const { data, rows, columns } = matrix
  if (data.length !== rows * columns)
    throw tweedieError(
      'ShapeMismatch',
      where,
      `${name} has ${data.length} numbers for ${rows} × ${columns}`,
      'Build it with hostMatrix or fromRows',
    )
  if (!(rows >= minimumRows)) throw tweedieError('InvalidArgument', where, `${name} has ${rows} rows`, `Pass at least ${minimumRows}`)
  if (!(columns >= 1)) throw tweedieError('InvalidArgument', where, `${name} has no columns`, 'Pass at least one column')
  for (let k = 0; k < data.length; k++) {
    const value = data[k] as number
    if (!(Math.abs(value) <= largest)) requireUsable(where, name, value, `row ${Math.floor(k / columns)}, column ${k % columns}`)
  }
}

/** Throws `ShapeMismatch` unless the two have as many columns. */
export const requireSameColumns = (where: string, names: readonly [string, string], a: HostMatrix, b: HostMatrix): void => {
  if (a.columns !== b.columns)
    throw tweedieError(
      'ShapeMismatch',
      where,
      `${names[0]} has ${a.columns} columns and ${names[1]} ${b.columns}`,
      'Compare samples of the same variables, in the same order',
    )
}

/** Throws unless `values` is a non-empty list of usable numbers. */
export const requireValues = (where: string, name: string, values: ArrayLike<number>): void => {
  if (values.length === 0) throw tweedieError('InvalidArgument', where, `${name} is empty`, 'Pass at least one value')
  for (let i = 0; i < values.length; i++) requireUsable(where, name, values[i] as number, `index ${i}`)
}

/** Throws `InvalidArgument` unless `value` is a whole number of at least `minimum`. */
export const requireCount = (where: string, name: string, value: number, minimum = 1): void => {
  if (!(Number.isSafeInteger(value) && value >= minimum))
    throw tweedieError('InvalidArgument', where, `${name} is ${value}`, `Use a whole number of at least ${minimum}`)
}

/** Throws `InvalidArgument` unless `value` is finite and at least `minimum` (or above it, when `strictly`). */
export const requireAtLeast = (where: string, name: string, value: number, minimum: number, strictly = false): void => {
  if (!(Number.isFinite(value) && (strictly ? value > minimum : value >= minimum)))
    throw tweedieError(
      'InvalidArgument',
      where,
      `${name} is ${value}`,
      `Use a finite number ${strictly ? 'above' : 'of at least'} ${minimum}`,
    )
}
