/** The format of a table, told by the end of its name. */

import { type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'

export type TableFormat =
  | { readonly kind: 'text'; readonly extension: '.csv' | '.tsv' | '.txt'; readonly gzip: boolean }
  | { readonly kind: 'npy'; readonly gzip: boolean }
  | { readonly kind: 'parquet'; readonly gzip: boolean }
  | { readonly kind: 'arrow'; readonly layout: 'file' | 'stream'; readonly gzip: boolean }

const readable = '.csv, .tsv, .txt, .npy, .parquet, .arrow, .feather or .arrows'
const writable = '.csv, .tsv, .npy, .parquet, .arrow, .feather or .arrows'

/** The format of a file to read or write. Gives `FileError`, listing the accepted endings, for any other name. */
export const tableFormat = (path: string, purpose: 'read' | 'write'): E.Either<TweedieError, TableFormat> => {
  const gzip = /\.gz$/i.test(path)
  const extension = /[^/\\](\.[^./\\]*)$/.exec(gzip ? path.slice(0, -3) : path)?.[1]?.toLowerCase() ?? ''
  switch (extension) {
    case '.csv':
    case '.tsv':
      return E.right({ kind: 'text', extension, gzip })
    case '.txt':
      if (purpose === 'read') return E.right({ kind: 'text', extension, gzip })
      break
    case '.npy':
      return E.right({ kind: 'npy', gzip })
    case '.parquet':
      return E.right({ kind: 'parquet', gzip })
    case '.arrow':
    case '.feather':
    case '.arrows':
      return E.right({ kind: 'arrow', layout: extension === '.arrows' ? 'stream' : 'file', gzip })
  }
  const what =
    extension === ''
      ? 'the name does not say which kind of table this is'
      : `"${extension}" tables cannot be ${purpose === 'read' ? 'read' : 'written'}`
  return E.left(
    tweedieError(
      'FileError',
      path,
      what,
      `Use a name that ends in ${purpose === 'read' ? readable : writable}, with or without .gz after it`,
    ),
  )
}
