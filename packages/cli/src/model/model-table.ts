/** Between the numbers of a model and the table it was fitted to. */

import type { HostMatrix, TweedieError } from '@tweedie/core'
import { decodeRows, parseDate, type TableColumn } from '@tweedie/density'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type WriteTableOptions, writeColumns } from '../tables/index.js'
import type { ModelConfig } from './config.js'

type Known = Pick<ModelConfig, 'columns' | 'codec'>

/** Rows of model columns (rows × `config.columns`) as rows of the table: categories by name, numbers on their step, columns in their places. */
export const tableRows = ({ columns, codec }: Known, { data, rows, columns: width }: HostMatrix): readonly TableColumn[] =>
  codec === undefined
    ? columns.map((name, j) => ({
        name,
        kind: 'number',
        values: Float64Array.from({ length: rows }, (_, i) => data[i * width + j] as number),
      }))
    : decodeRows(codec, { data, rows, columns: width })

/** Writes rows of model columns as the table they stand for. Gives the errors of `writeColumns`. */
export const writeTableRows = (
  path: string,
  config: Known,
  rows: HostMatrix,
  options: Pick<WriteTableOptions, 'signal'>,
): TE.TaskEither<TweedieError, void> =>
  pipe(
    TE.tryCatch(
      async () => tableRows(config, rows),
      (thrown) => thrown as TweedieError,
    ),
    TE.chain((columns) => writeColumns(path, columns, options)),
  )

/** The number that a cell's text is in a model column: the place of a category, a date's days, a number as it is. Nothing when it is none of these. */
export const modelNumber = ({ codec }: Known, column: number, text: string): number | undefined => {
  const known = codec?.columns.find((one) => (one.kind === 'category' || one.kind === 'number') && one.at === column)
  const place = known?.kind === 'category' ? known.labels.indexOf(text.trim()) : -1
  if (place >= 0) return place
  if (known?.kind === 'category') return undefined
  const value =
    known?.kind === 'number' && known.date !== undefined
      ? parseDate(known.date, text.trim())
      : text.trim() === ''
        ? Number.NaN
        : Number(text)
  return Number.isFinite(value) ? value : undefined
}
