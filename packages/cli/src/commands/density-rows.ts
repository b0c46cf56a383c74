import { type HostMatrix, type Key, type TweedieError, toTweedieError, tweedieError } from '@tweedie/core'
import { type Codec, encodeRows } from '@tweedie/density'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { ModelConfig } from '../model/config.js'
import { findColumn } from '../tables/columns.js'
import type { RawColumn, RawTable } from '../tables/index.js'
import { matrixOf } from '../tables/matrix-of.js'

/**
 * A table's rows in the columns of a model, found by name. A constant column and a single row are fine here. A category that the model never saw gets a
 * number beyond those it did; columns that follow from others, or were constant, are not looked at. The key is for the numbers behind missing cells.
 * Left: `InvalidTable` naming the line and column of a cell that is not a number where one belongs.
 */
export const modelRows = (
  raw: RawTable,
  { columns, codec }: Pick<ModelConfig, 'columns' | 'codec'>,
  key: Key,
): E.Either<TweedieError, HostMatrix> =>
  pipe(
    codec === undefined ? columns.map((name) => ({ name, missing: false })) : numericColumns(codec),
    E.traverseArray(({ name, missing }) =>
      pipe(
        findColumn(raw.names, name, raw.source),
        E.chain((index) => numbers(raw, raw.columns[index] as RawColumn, missing)),
      ),
    ),
    E.chain((found) =>
      codec === undefined
        ? E.right(matrixOf(found, raw.rows))
        : E.tryCatch(
            () => encodeRows(codec, raw.columns, key, { unseen: 'admit' }),
            (thrown) =>
              toTweedieError(thrown, {
                tag: 'InvalidTable',
                where: raw.source,
                what: "its rows are not the model's",
                mend: 'Use the columns that were fitted',
              }),
          ),
    ),
  )

/** The columns that must be numbers, and whether a cell of them may be missing. */
const numericColumns = ({ columns }: Codec): readonly { readonly name: string; readonly missing: boolean }[] =>
  columns.flatMap((column) =>
    column.kind === 'number' && column.date === undefined ? [{ name: column.name, missing: column.missing !== undefined }] : [],
  )

const numbers = (raw: RawTable, { name, kind, values }: RawColumn, missing: boolean): E.Either<TweedieError, Float64Array> => {
  const cells = kind === 'number' ? values : Float64Array.from(values, (cell) => (cell.trim() === '' ? Number.NaN : Number(cell)))
  const row = cells.findIndex((value, i) => !Number.isFinite(value) && !(missing && isMissing(values[i])))
  if (row < 0) return E.right(cells)
  return E.left(
    tweedieError(
      'InvalidTable',
      `${raw.source}, ${raw.locate(row)}, column "${name}"`,
      isMissing(values[row]) ? 'the cell is missing' : `"${values[row]}" is not a number`,
      'The model needs a number in every row of this column: fill it in, or leave the row out',
    ),
  )
}

const isMissing = (cell: number | string | undefined): boolean => cell === '' || Number.isNaN(cell)

/** A column of two labels as the rows of each: of numbers the larger is the anomaly, of texts the rarer. */
export interface TwoLabels {
  readonly column: string
  readonly anomaly: string
  readonly isAnomaly: (row: number) => boolean
}

/** Gives `InvalidArgument` when there is no such column, `InvalidTable` when it has not exactly two different values. */
export const twoLabels = (raw: RawTable, name: string): E.Either<TweedieError, TwoLabels> =>
  pipe(
    findColumn(raw.names, name, raw.source),
    E.chain((index) => {
      const { name: column, kind, values } = raw.columns[index] as RawColumn
      const counts = new Map<number | string, number>()
      for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
      if (counts.size !== 2)
        return E.left(
          tweedieError(
            'InvalidTable',
            `${raw.source}, column "${column}"`,
            `${counts.size} different values${counts.size < 2 ? '' : `, for example ${[...counts.keys()].slice(0, 3).join(', ')}`}`,
            'A label has two values, such as 0 and 1',
          ),
        )
      const [a, b] = [...counts.keys()].sort((p, q) => (p < q ? -1 : 1)) as [number | string, number | string]
      const anomaly = kind === 'number' || (counts.get(b) as number) <= (counts.get(a) as number) ? b : a
      return E.right({ column, anomaly: String(anomaly), isAnomaly: (row: number) => values[row] === anomaly })
    }),
  )
