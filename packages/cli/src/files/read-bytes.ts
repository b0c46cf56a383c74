/** The bytes of a file, decompressed when its name ends in `.gz`. */

import { readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { type TweedieError, tweedieError } from '@tweedie/core'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { fileError } from './file-error.js'

export interface ReadBytesOptions {
  readonly signal?: AbortSignal | undefined
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

const empty = (path: string, what: string): TweedieError =>
  tweedieError('InvalidTable', path, what, 'Check that the program that wrote it finished')

const decompress = async (path: string, bytes: Uint8Array): Promise<Uint8Array> => {
  if (!isGzip(bytes))
    throw tweedieError(
      'FileError',
      path,
      'the name ends in .gz but the file is not gzip-compressed',
      'Rename it without .gz, or compress it with gzip',
    )
  const inflated = await promisify(gunzip)(bytes).catch((thrown: unknown) => {
    const detail = thrown instanceof Error ? thrown.message : String(thrown)
    throw tweedieError(
      'FileError',
      path,
      `the gzip data is damaged or cut short (${detail})`,
      'Download or compress the file again',
      thrown,
    )
  })
  if (inflated.length === 0) throw empty(path, 'the file is empty: it decompresses to 0 bytes')
  return inflated
}

const needFileAt = async (path: string): Promise<void> => {
  if ((await stat(path)).isDirectory()) throw tweedieError('FileError', path, 'it is a folder, not a file', 'Name a file inside it')
}

/** Gives `FileError` unless `path` is a file that is there. */
export const needFile = (path: string): TE.TaskEither<TweedieError, void> =>
  TE.tryCatch(
    () => needFileAt(path),
    (thrown) => fileError(thrown, path, 'read'),
  )

/**
 * Reads a whole file; a name that ends in `.gz` is decompressed. Gives `FileError` when the file is missing, a folder, unreadable,
 * or not of the compression its name says; `InvalidTable` when it holds nothing; `Aborted`.
 */
export const readBytes = (path: string, options: ReadBytesOptions = {}): TE.TaskEither<TweedieError, Uint8Array> =>
  TE.tryCatch(
    async () => {
      await needFileAt(path)
      const bytes = await readFile(path, options.signal === undefined ? {} : { signal: options.signal })
      if (bytes.length === 0) throw empty(path, 'the file is empty (0 bytes)')
      if (/\.gz$/i.test(path)) return decompress(path, bytes)
      if (isGzip(bytes))
        throw tweedieError('FileError', path, 'the file is gzip-compressed but its name does not end in .gz', 'Add .gz to its name')
      return bytes
    },
    (thrown) => fileError(thrown, path, 'read'),
  )
