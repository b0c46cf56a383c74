/** Bytes of a text table to a string: UTF-8, UTF-16 with a byte order mark, or else Windows-1252. */

import { type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'

const encodingOf = (bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
}

/** The text of a file. Gives `FileError` when the bytes are not text, or too many for one string. */
export const decodeText = (bytes: Uint8Array, source: string): E.Either<TweedieError, string> => {
  const encoding = encodingOf(bytes)
  if (encoding === 'utf-8' && bytes.subarray(0, 65536).includes(0))
    return E.left(
      tweedieError('FileError', source, 'the file is not text: it holds zero bytes', 'Check that its name says the right format'),
    )
  try {
    return E.right(new TextDecoder(encoding, { fatal: true }).decode(bytes))
  } catch (thrown) {
    if (bytes.length > 500_000_000)
      return E.left(
        tweedieError(
          'FileError',
          source,
          `${Math.round(bytes.length / 1e6)} MB of text are too many to read at once`,
          'Convert the table to .parquet or .npy',
          thrown,
        ),
      )
    return E.right(new TextDecoder(encoding === 'utf-8' ? 'windows-1252' : encoding).decode(bytes))
  }
}
