/**
 * A file of the store: a line of JSON that says what it is and of which run, and the bytes. A file that is truncated, altered, renamed
 * or of another run is recognised.
 */

import * as E from 'fp-ts/lib/Either.js'
import { sha256 } from '../model/config.js'
import type { Identity } from './identity.js'

/** What an entry belongs to. Its settings are the entry's own matter: a model says what it was trained with, and experiments share those that agree. */
export type StoreRun = Pick<Identity, 'tweedie' | 'scale' | 'backend'>

const storeRun = ({ tweedie, scale, backend }: StoreRun): StoreRun => ({ tweedie, scale, backend })
const sameRun = (a: StoreRun, b: StoreRun): boolean => JSON.stringify(storeRun(a)) === JSON.stringify(storeRun(b))

interface Header {
  readonly format: 'tweedie-store'
  readonly version: 1
  readonly name: string
  readonly run: StoreRun
  readonly sha256: string
}

/**
 * The file name of an entry: its name in letters that every system takes, and sixteen digits of a hash of the whole name and the run, so that no
 * two entries share a file.
 */
export const storeFileName = (name: string, run: StoreRun): string => {
  const readable = name
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 80)
  const hash = sha256(new TextEncoder().encode(JSON.stringify([name, storeRun(run)]))).slice(0, 16)
  return `${readable === '' ? 'entry' : readable}.${hash}.tweedie`
}

/** The pieces of the file. */
export const encodeStoreFile = (name: string, run: StoreRun, bytes: Uint8Array): readonly Uint8Array[] => {
  const header: Header = { format: 'tweedie-store', version: 1, name, run: storeRun(run), sha256: sha256(bytes) }
  return [new TextEncoder().encode(`${JSON.stringify(header)}\n`), bytes]
}

/** The bytes, or what is wrong with the file. */
export const decodeStoreFile = (name: string, run: StoreRun, file: Uint8Array): E.Either<string, Uint8Array> => {
  const end = file.indexOf(0x0a)
  const header = end < 0 ? undefined : parseHeader(new TextDecoder().decode(file.subarray(0, end)))
  if (header === undefined) return E.left('it is not a file of this store')
  if (header.version !== 1) return E.left(`its version is ${String(header.version)}, and this tweedie reads version 1`)
  if (header.name !== name || !sameRun(header.run, run)) return E.left('it belongs to another run')
  // A copy with a buffer of its own, so that the bytes begin where numbers may begin.
  const bytes = new Uint8Array(file.subarray(end + 1))
  return sha256(bytes) === header.sha256 ? E.right(bytes) : E.left('it is truncated or altered')
}

const parseHeader = (text: string): Header | undefined => {
  try {
    const header = JSON.parse(text) as Partial<Header> | null
    return header?.format === 'tweedie-store' && typeof header.run === 'object' && header.run !== null ? (header as Header) : undefined
  } catch {
    return undefined
  }
}
