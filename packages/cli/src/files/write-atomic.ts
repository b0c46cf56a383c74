/** Files that are either written whole or not at all: a temporary file in the same folder, fsync, rename. */

import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { type TweedieError, throwIfAborted, tweedieError } from '@tweedie/core'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { fileError } from './file-error.js'
import { needFolderOf, syncFolder } from './folder.js'
import { removeAtExit, temporaryBeside } from './temporary.js'

/** What to write: all at once, or piece by piece so that a large file need not fit in memory. */
export type FileContent = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>

export interface WriteFileOptions {
  readonly signal?: AbortSignal | undefined
  /** Compress with gzip. Default false. */
  readonly gzip?: boolean | undefined
}

interface Target {
  readonly path: string
  readonly mode: number | undefined
}

/** The file to replace: the end of a symbolic link; never a folder or a device. */
const targetOf = async (path: string): Promise<Target> => {
  await needFolderOf(path)
  const resolved = await realpath(path).catch(() => path)
  const found = await stat(resolved).catch(() => undefined)
  if (found === undefined) return { path: resolved, mode: undefined }
  if (found.isDirectory()) throw tweedieError('FileError', path, 'it is a folder, not a file', 'Name a file inside it')
  if (!found.isFile()) throw tweedieError('FileError', path, 'it is a device or a pipe, not a file', 'Name an ordinary file')
  return { path: resolved, mode: found.mode & 0o777 }
}

const pieces = (content: FileContent): Readable =>
  Readable.from(typeof content === 'string' ? [Buffer.from(content)] : content instanceof Uint8Array ? [content] : content, {
    objectMode: true,
  })

const fill = async (handle: FileHandle, content: FileContent, { gzip, signal }: WriteFileOptions): Promise<void> => {
  const append = async (source: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const piece of source) await handle.writeFile(piece)
  }
  const options = signal === undefined ? {} : { signal }
  await (gzip === true ? pipeline(pieces(content), createGzip(), append, options) : pipeline(pieces(content), append, options))
}

const write = async (path: string, content: FileContent, options: WriteFileOptions): Promise<void> => {
  throwIfAborted(options.signal, path)
  const target = await targetOf(path)
  const temporary = temporaryBeside(target.path)
  const forget = removeAtExit(temporary)
  try {
    const handle = await open(temporary, 'wx')
    try {
      if (target.mode !== undefined) await handle.chmod(target.mode)
      await fill(handle, content, options)
      await handle.sync()
    } finally {
      await handle.close()
    }
    throwIfAborted(options.signal, path)
    await rename(temporary, target.path)
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw thrown
  } finally {
    forget()
  }
  await syncFolder(dirname(target.path))
}

/**
 * Writes a file so that a reader sees the old one or the whole new one, never a part. A file that is already there is replaced and
 * keeps its permissions. Gives `FileError` when the folder is missing or cannot be written, or when `path` is a folder or a device;
 * `Aborted`; and what `content` itself throws. After an error nothing is left behind.
 */
export const writeFileAtomic = (path: string, content: FileContent, options: WriteFileOptions = {}): TE.TaskEither<TweedieError, void> =>
  TE.tryCatch(
    () => write(path, content, options),
    (thrown) => fileError(thrown, path, 'write'),
  )
