/**
 * Checks of the metadata of Arrow messages (format/Message.fbs, Schema.fbs and File.fbs, metadata versions 4 and 5): every count is
 * possible in the bytes there are, every buffer lies in its message's body. All throw a plain `Error` that says what does not fit.
 */

import { mostGrowth } from './arrow-compression.js'
import { type FlatTable, rootTable } from './flatbuffer.js'

const fail = (what: string): never => {
  throw new Error(what)
}

const union = 14
const deepest = 32

const checkPairs = (owner: FlatTable, slot: number): void => {
  for (const pair of owner.tables(slot)) for (const text of [0, 1]) pair.vector(text, 1)
}

const checkField = (field: FlatTable, depth: number): void => {
  if (depth > deepest) fail('its columns are nested too deeply')
  field.vector(0, 1)
  const type = field.table(3)
  if (field.number(2, 'int8') === union) type?.vector(1, 4)
  field.table(4)?.table(1)
  for (const child of field.tables(5)) checkField(child, depth + 1)
  checkPairs(field, 6)
}

const checkSchema = (schema: FlatTable | undefined): void => {
  if (schema === undefined) return fail('it has no schema')
  if (schema.number(0, 'int16') !== 0) fail('its numbers are big-endian')
  for (const field of schema.tables(1)) checkField(field, 0)
  checkPairs(schema, 2)
  schema.vector(3, 8)
}

/** Do the counts of rows agree with the bytes that the body has, or can have uncompressed? */
const checkBatch = (batch: FlatTable | undefined, bodyLength: number): void => {
  if (batch === undefined) return fail('a batch of rows has no description')
  const compression = batch.table(3)
  const growth = compression === undefined ? 1 : (mostGrowth[compression.number(0, 'int8')] ?? fail('its compression is unknown'))
  // A row takes a bit at least.
  const most = 8 * bodyLength * growth
  const rows = batch.number(0, 'int64')
  if (rows < 0 || rows > most) fail(`a batch claims ${rows} rows in ${bodyLength} bytes`)
  const { view } = batch
  const nodes = batch.vector(1, 16)
  for (let i = 0; i < nodes.count; i++) {
    const [length, nulls] = [0, 8].map((part) => Number(view.getBigInt64(nodes.at + 16 * i + part, true))) as [number, number]
    if (length < 0 || length > most || nulls < 0 || nulls > length) fail('a column has an impossible number of values')
  }
  const buffers = batch.vector(2, 16)
  for (let i = 0; i < buffers.count; i++) {
    const [offset, length] = [0, 8].map((part) => Number(view.getBigInt64(buffers.at + 16 * i + part, true))) as [number, number]
    if (offset < 0 || length < 0 || offset + length > bodyLength) fail('a buffer lies outside the file')
  }
  const variadic = batch.vector(4, 8)
  for (let i = 0; i < variadic.count; i++)
    if (Number(view.getBigInt64(variadic.at + 8 * i, true)) > buffers.count) fail('a column has an impossible number of buffers')
}

/** What a message is, and where it ends. */
export interface FoundMessage {
  readonly kind: 'schema' | 'dictionary' | 'batch' | 'end'
  readonly end: number
}

/** Checks the message at byte `at` (encapsulated message format; before Arrow 0.15 without the leading −1) up to byte `limit`. */
export const checkMessage = (bytes: Uint8Array, at: number, limit: number): FoundMessage => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, limit)
  const need = (end: number): number => (end <= limit ? end : fail('it is cut short'))
  let start = need(at + 4)
  let length = view.getInt32(at, true)
  if (length === -1) {
    start = need(at + 8)
    length = view.getInt32(at + 4, true)
  }
  if (length === 0) return { kind: 'end', end: start }
  if (length < 0) return fail('a message has a negative length')
  const bodyStart = need(start + length)
  const message = rootTable(bytes.subarray(start, bodyStart))
  const bodyLength = message.number(3, 'int64')
  if (bodyLength < 0) return fail('a message has a negative length')
  const end = need(bodyStart + bodyLength)
  checkPairs(message, 4)
  const header = message.table(2)
  switch (message.number(1, 'int8')) {
    case 1:
      checkSchema(header)
      return { kind: 'schema', end }
    case 2:
      checkBatch(header?.table(1), bodyLength)
      return { kind: 'dictionary', end }
    case 3:
      checkBatch(header, bodyLength)
      return { kind: 'batch', end }
    default:
      return fail('it holds a message that is no table')
  }
}

/** Checks a footer; gives where its dictionaries and batches begin. */
export const checkFooter = (bytes: Uint8Array): { readonly dictionaries: readonly number[]; readonly batches: readonly number[] } => {
  const footer = rootTable(bytes)
  checkSchema(footer.table(1))
  checkPairs(footer, 4)
  const offsets = (slot: number): readonly number[] => {
    const { at, count } = footer.vector(slot, 24)
    return Array.from({ length: count }, (_, i) => Number(footer.view.getBigInt64(at + 24 * i, true)))
  }
  return { dictionaries: offsets(2), batches: offsets(3) }
}
