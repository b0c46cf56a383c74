/**
 * As much of FlatBuffers as a check of Arrow's metadata needs (flatbuffers.dev, "FlatBuffer internals"). The library's own reader takes
 * bytes beyond the end for zeros and believes every count, so a damaged one makes it fill the memory. Here each read is inside the buffer,
 * each vector fits into it, and a reading that goes on for longer than the buffer has bytes is ended.
 */
export interface FlatTable {
  /** An inline number of field `slot`, or `absent` when the table has none. */
  readonly number: (slot: number, kind: 'int8' | 'int16' | 'int32' | 'int64', absent?: number) => number
  readonly table: (slot: number) => FlatTable | undefined
  readonly tables: (slot: number) => readonly FlatTable[]
  /** The place of a vector's elements, each of `size` bytes, and their number. */
  readonly vector: (slot: number, size: number) => { readonly at: number; readonly count: number }
  readonly view: DataView
}

const fail = (): never => {
  throw new Error('its metadata is damaged')
}

/** The root table of a buffer. It and what it leads to throw a plain `Error` when the buffer is damaged. */
export const rootTable = (bytes: Uint8Array): FlatTable => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let left = bytes.length

  const table = (at: number): FlatTable => {
    if (left-- <= 0) return fail()
    const vtable = at - view.getInt32(at, true)
    const width = view.getUint16(vtable, true)
    /** Where field `slot` lies, if the table has it. */
    const field = (slot: number): number | undefined => {
      const entry = 4 + 2 * slot
      const offset = entry + 2 <= width ? view.getUint16(vtable + entry, true) : 0
      return offset === 0 ? undefined : at + offset
    }
    const follow = (from: number): number => from + view.getUint32(from, true)
    const vector: FlatTable['vector'] = (slot, size) => {
      const from = field(slot)
      if (from === undefined) return { at: 0, count: 0 }
      const start = follow(from)
      const count = view.getUint32(start, true)
      return start + 4 + count * size <= bytes.length ? { at: start + 4, count } : fail()
    }
    return {
      view,
      number: (slot, kind, absent = 0) => {
        const from = field(slot)
        if (from === undefined) return absent
        switch (kind) {
          case 'int8':
            return view.getInt8(from)
          case 'int16':
            return view.getInt16(from, true)
          case 'int32':
            return view.getInt32(from, true)
          case 'int64':
            return Number(view.getBigInt64(from, true))
        }
      },
      table: (slot) => {
        const from = field(slot)
        return from === undefined ? undefined : table(follow(from))
      },
      tables: (slot) => {
        const { at: start, count } = vector(slot, 4)
        return Array.from({ length: count }, (_, i) => table(follow(start + 4 * i)))
      },
      vector,
    }
  }
  return table(view.getUint32(0, true))
}
