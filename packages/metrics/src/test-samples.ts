import { type HostMatrix, hostMatrix, type Key, normalArray } from '@tweedie/core'
import fc from 'fast-check'

/** Samples for this package's tests. */

/** `rows × columns` independent normals of one mean and standard deviation. */
export const normalSample = (key: Key, rows: number, columns: number, mean = 0, deviation = 1): HostMatrix =>
  hostMatrix(
    normalArray(key, rows * columns).map((z) => mean + deviation * z),
    rows,
    columns,
  )

/** Thousandths between −100 and 100: squares neither overflow nor vanish, and values repeat. */
export const moderate: fc.Arbitrary<number> = fc.integer({ min: -100_000, max: 100_000 }).map((value) => value / 1000)

/** Whole numbers from a few, so that most rows have duplicates. */
export const coarse: fc.Arbitrary<number> = fc.integer({ min: -2, max: 2 })

/** A matrix of `columns` columns. */
export const sample = (
  columns: number,
  value: fc.Arbitrary<number> = moderate,
  { minRows = 1, maxRows = 30 }: { readonly minRows?: number; readonly maxRows?: number } = {},
): fc.Arbitrary<HostMatrix> =>
  fc
    .integer({ min: minRows, max: maxRows })
    .chain((rows) =>
      fc.array(value, { minLength: rows * columns, maxLength: rows * columns }).map((data) => hostMatrix(data, rows, columns)),
    )

/** `count` matrices with the same number of columns. */
export const samples = (
  count: number,
  value: fc.Arbitrary<number> = moderate,
  rows: { readonly minRows?: number; readonly maxRows?: number } = {},
): fc.Arbitrary<HostMatrix[]> =>
  fc.integer({ min: 1, max: 4 }).chain((columns) => fc.array(sample(columns, value, rows), { minLength: count, maxLength: count }))

/** f(value) in every entry. */
export const mapEntries = ({ data, rows, columns }: HostMatrix, f: (value: number, column: number) => number): HostMatrix => ({
  data: data.map((value, k) => f(value, k % columns)),
  rows,
  columns,
})

/** The same rows from last to first. */
export const reversedRows = ({ data, rows, columns }: HostMatrix): HostMatrix => ({
  data: data.map((_, k) => data[(rows - 1 - Math.floor(k / columns)) * columns + (k % columns)] as number),
  rows,
  columns,
})

/** What `act` throws: the tag of a `TweedieError`, or undefined when it returns. */
export const tagOf = (act: () => unknown): string | undefined => {
  try {
    act()
    return undefined
  } catch (thrown) {
    return (thrown as { readonly _tag?: string })._tag ?? String(thrown)
  }
}
