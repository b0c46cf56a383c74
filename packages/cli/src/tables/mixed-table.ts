/** From a table to its chosen columns, whatever their kind. */

import { type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type ColumnSelection, chooseColumns } from './columns.js'
import { sameName } from './distinct-names.js'
import type { MixedTable, RawColumn, RawTable } from './table.js'

/**
 * The columns of a selection, or all but those it drops, numbers and text alike. Gives `InvalidArgument` for an unknown, ambiguous or repeated column,
 * `InvalidTable` for fewer than two rows, no column, or two columns of one name.
 */
export const toMixedTable = (raw: RawTable, selection: ColumnSelection = {}): E.Either<TweedieError, MixedTable> =>
  pipe(
    chooseColumns(raw.names, selection, raw.source),
    E.chain(({ candidates, named }) => {
      const columns = candidates.map((index) => raw.columns[index] as RawColumn)
      const refuse = (what: string, mend: string) => E.left(tweedieError('InvalidTable', raw.source, what, mend))
      if (columns.length === 0) return refuse('there is no column to use', 'Drop fewer columns')
      if (raw.rows < 2) return refuse(`the table has ${raw.rows} row`, 'Give at least two rows')
      const same = sameName(
        raw,
        candidates,
        columns.map(({ name }) => name),
      )
      if (same !== undefined) return E.left(same)
      return E.right({ columns, rows: raw.rows, source: raw.source, named })
    }),
  )
