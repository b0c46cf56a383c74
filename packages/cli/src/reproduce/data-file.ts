import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import type { DataFile } from '@tweedie/cem'
import * as E from 'fp-ts/lib/Either.js'
import { fileError } from '../files/file-error.js'
import { needFile } from '../files/read-bytes.js'

/** Bytes that are looked at: the first of a file may be of several GB. */
const looked = 4 * 2 ** 20

/** A file and its fingerprint: the name, the size, and a hash of the first 4 MiB. Rejects with `FileError` where there is none. */
export const dataFile = async (path: string): Promise<DataFile> => {
  const found = await needFile(path)()
  if (E.isLeft(found)) throw found.left
  try {
    const file = await open(path)
    try {
      const { size } = await file.stat()
      const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, looked)), 0)
      const hash = createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('hex')
      return { path, fingerprint: `${basename(path)}, ${size} bytes, ${hash.slice(0, 32)}` }
    } finally {
      await file.close()
    }
  } catch (thrown) {
    throw fileError(thrown, path, 'read')
  }
}
