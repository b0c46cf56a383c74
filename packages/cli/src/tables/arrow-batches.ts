/** The batches of rows of an Arrow file or stream: its frame is checked here, then apache-arrow reads it. */

import { type RecordBatch, RecordBatchReader, type Schema } from 'apache-arrow'
import { registerCompression } from './arrow-compression.js'
import { checkFooter, checkMessage } from './arrow-metadata.js'

const fail = (what: string): never => {
  throw new Error(what)
}

const magic = [...'ARROW1'].map((letter) => letter.charCodeAt(0))
const hasMagic = (bytes: Uint8Array, at: number): boolean => magic.every((byte, i) => bytes[at + i] === byte)

/** File format: magic, padding, messages, footer, its length in 4 bytes, magic. No two messages share bytes. */
const checkFile = (bytes: Uint8Array): void => {
  const size = bytes.length
  if (size < 20 || !hasMagic(bytes, size - 6)) return fail('it is cut short')
  const length = new DataView(bytes.buffer, bytes.byteOffset, size).getInt32(size - 10, true)
  const footerStart = size - 10 - length
  if (length <= 0 || footerStart < 8) return fail('its footer is damaged')
  const { dictionaries, batches } = checkFooter(bytes.subarray(footerStart, size - 10))
  const places = [...dictionaries.map((at) => ({ at, kind: 'dictionary' })), ...batches.map((at) => ({ at, kind: 'batch' }))]
  let reached = 8
  for (const { at, kind } of places.sort((a, b) => a.at - b.at)) {
    if (at < reached || at >= footerStart) return fail('its footer does not fit its contents')
    const message = checkMessage(bytes, at, footerStart)
    if (message.kind !== kind) return fail('its footer does not fit its contents')
    reached = message.end
  }
}

/** Stream format: a schema, then dictionaries and batches, then an end mark. Without the mark one cannot tell whether all is there. */
const checkStream = (bytes: Uint8Array): void => {
  for (let at = 0, first = true; ; first = false) {
    if (at === bytes.length) return fail('it is cut short: its end mark is missing')
    const { kind, end } = checkMessage(bytes, at, bytes.length)
    if (first !== (kind === 'schema')) return fail(first ? 'it does not start like an Arrow file' : 'its schema changes on the way')
    if (kind === 'end') return
    at = end
  }
}

/** The schema and the batches. Throws an `Error` that says what is wrong with the bytes. */
export const arrowBatches = (bytes: Uint8Array): { readonly schema: Schema; readonly batches: readonly RecordBatch[] } => {
  if (bytes[0] === 0x46 && bytes[1] === 0x45 && bytes[2] === 0x41 && bytes[3] === 0x31) return fail('it is of Feather version 1')
  const isFile = hasMagic(bytes, 0)
  if (isFile) checkFile(bytes)
  else checkStream(bytes)
  registerCompression()
  const reader = RecordBatchReader.from(bytes).open()
  if (!reader.isFile()) return { schema: reader.schema, batches: [...reader] }
  const batches: RecordBatch[] = []
  for (let i = 0; i < (reader.footer?.numRecordBatches ?? 0); i++)
    batches.push(reader.readRecordBatch(i) ?? fail('its footer does not fit its contents'))
  return { schema: reader.schema, batches }
}
