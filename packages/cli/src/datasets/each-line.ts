/** A text file line by line, unzipped where its name ends in .gz: files of several GB are never whole in memory. */

import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { tweedieError } from '@tweedie/core'
import { fileError } from '../files/file-error.js'

/**
 * Calls `visit` with each line that is not blank and its number, from 1, until it gives false. Rejects with what `visit` throws, with `FileError` for a file
 * that is missing, unreadable or not of the compression its name says, and `Aborted`.
 */
export const eachLine = async (
  path: string,
  visit: (line: string, number: number) => boolean,
  signal: AbortSignal | undefined,
): Promise<void> => {
  let stopped = false
  const split = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    const decoder = new TextDecoder('latin1')
    let [rest, number] = ['', 0]
    const take = (line: string): boolean => {
      number++
      return line.trim() === '' || visit(line, number)
    }
    for await (const chunk of chunks) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop() as string
      if (!lines.every(take)) {
        stopped = true
        return
      }
    }
    take(rest)
  }
  try {
    const source = createReadStream(path, { highWaterMark: 1 << 20 })
    const options = signal === undefined ? {} : { signal }
    if (/\.gz$/i.test(path)) await pipeline(source, createGunzip(), split, options)
    else await pipeline(source, split, options)
  } catch (thrown) {
    // Reading that was ended early leaves the streams unfinished.
    if (stopped) return
    throw isZlib(thrown)
      ? tweedieError('FileError', path, `the gzip data is damaged or cut short (${thrown.message})`, 'Download the file again', thrown)
      : fileError(thrown, path, 'read')
  }
}

const isZlib = (thrown: unknown): thrown is Error =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' && thrown.code.startsWith('Z_')
