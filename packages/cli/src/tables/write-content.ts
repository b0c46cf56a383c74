/** Encodes a table for the format of a file and writes it whole or not at all. */

import { type TweedieError, toTweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type FileContent, writeFileAtomic } from '../files/write-atomic.js'
import { type TableFormat, tableFormat } from './format.js'

/** Checks before it encodes. Gives `FileError` for an unknown ending or a table that cannot be encoded, what `check` gives, or what the writing does. */
export const writeContent = (
  path: string,
  check: (format: TableFormat) => E.Either<TweedieError, void>,
  contentOf: (format: TableFormat) => FileContent,
  signal: AbortSignal | undefined,
): TE.TaskEither<TweedieError, void> =>
  pipe(
    tableFormat(path, 'write'),
    E.chainFirst(check),
    E.bindTo('format'),
    E.bind('content', ({ format }) =>
      E.tryCatch(
        () => contentOf(format),
        (thrown) =>
          toTweedieError(thrown, {
            tag: 'FileError',
            where: path,
            what: 'the table cannot be encoded',
            mend: 'Write fewer rows, or a .csv file',
          }),
      ),
    ),
    TE.fromEither,
    TE.chain(({ format, content }) => writeFileAtomic(path, content, { gzip: format.gzip, signal })),
  )
