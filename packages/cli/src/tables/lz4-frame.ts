/**
 * LZ4 frames, as Arrow compresses buffers with (LZ4 frame format 1.6; LZ4 block format). Checksums are passed over. The output's size is
 * known beforehand, so a damaged frame can neither grow nor end early without being noticed.
 */

const magic = 0x184d2204

const fail = (): never => {
  throw new Error('its LZ4 data is damaged')
}

/** Decodes one block into `out` from `at`; matches may reach back into the blocks before it. Gives where it ended. */
const decodeBlock = (block: Uint8Array, out: Uint8Array, at: number): number => {
  let [from, to] = [0, at]
  const next = (): number => block[from++] ?? fail()
  const length = (nibble: number): number => {
    let total = nibble
    if (nibble < 15) return total
    for (let byte = 255; byte === 255; ) {
      byte = next()
      total += byte
    }
    return total
  }
  while (from < block.length) {
    const token = next()
    const literals = length(token >> 4)
    if (from + literals > block.length || to + literals > out.length) return fail()
    out.set(block.subarray(from, from + literals), to)
    from += literals
    to += literals
    if (from === block.length) return to
    const back = next() | (next() << 8)
    const match = length(token & 15) + 4
    if (back === 0 || back > to || to + match > out.length) return fail()
    for (let k = 0; k < match; k++, to++) out[to] = out[to - back] as number
  }
  return to
}

/** The `size` bytes of an LZ4 frame. Throws a plain `Error` when the frame is damaged or holds another number of bytes. */
export const decodeLz4Frame = (frame: Uint8Array, size: number): Uint8Array => {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  if (frame.length < 7 || view.getUint32(0, true) !== magic) return fail()
  const flags = frame[4] as number
  // Version 01; the size of the content (8 bytes) and a dictionary's name (4 bytes) may follow, then a checksum of the header.
  if (flags >> 6 !== 1 || (flags & 1) !== 0) return fail()
  const [blockSum, hasSize] = [(flags >> 4) & 1, (flags >> 3) & 1]
  const out = new Uint8Array(size)
  let [from, to] = [7 + 8 * hasSize, 0]
  for (;;) {
    if (from + 4 > frame.length) return fail()
    const word = view.getUint32(from, true)
    from += 4
    if (word === 0) return to === size ? out : fail()
    const [stored, length] = [word >>> 31 === 1, word & 0x7fffffff]
    if (from + length > frame.length) return fail()
    const block = frame.subarray(from, from + length)
    if (!stored) to = decodeBlock(block, out, to)
    else {
      if (to + length > size) return fail()
      out.set(block, to)
      to += length
    }
    from += length + 4 * blockSum
  }
}
