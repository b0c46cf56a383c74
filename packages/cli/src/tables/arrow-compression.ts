/** The two compressions of Arrow's buffers, for apache-arrow, which leaves them to its user. */

import { CompressionType, compressionRegistry } from 'apache-arrow'
import { decompressZstd } from 'hyparquet-compressors'
import { decodeLz4Frame } from './lz4-frame.js'

/**
 * How many bytes a byte of compressed data can become: a match of an LZ4 block adds at most 255 bytes a byte, a zstd block of 4 bytes at
 * most 128 KiB. A claim beyond that is refused before memory is taken for it.
 */
export const mostGrowth: Readonly<Partial<Record<number, number>>> = { [CompressionType.LZ4_FRAME]: 255, [CompressionType.ZSTD]: 32_768 }

const largest = 2 ** 31

/** The size that a buffer says it has uncompressed: 8 bytes before the data, which the codec is handed without them. */
const claimedSize = (data: Uint8Array, growth: number): number => {
  const size = Number(new DataView(data.buffer, data.byteOffset - 8, 8).getBigInt64(0, true))
  if (size < 0 || size > Math.min(largest, growth * data.length)) throw new Error('a compressed buffer claims more than it can hold')
  return size
}

/** The size of the content that a zstd frame's header gives (RFC 8878 §3.1.1.1); nothing when it gives none. */
const zstdContentSize = (frame: Uint8Array): number | undefined => {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  const descriptor = view.getUint8(4)
  const [kind, single] = [descriptor >> 6, (descriptor >> 5) & 1]
  const at = 5 + (1 - single) + ([0, 1, 2, 4][descriptor & 3] as number)
  if (kind === 0) return single === 1 ? view.getUint8(at) : undefined
  if (kind === 1) return view.getUint16(at, true) + 256
  return kind === 2 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true))
}

/** Makes apache-arrow read compressed buffers. */
export const registerCompression = (): void => {
  compressionRegistry.set(CompressionType.LZ4_FRAME, {
    decode: (data) => decodeLz4Frame(data, claimedSize(data, mostGrowth[CompressionType.LZ4_FRAME] as number)),
  })
  compressionRegistry.set(CompressionType.ZSTD, {
    decode: (data) => {
      const size = claimedSize(data, mostGrowth[CompressionType.ZSTD] as number)
      if ((zstdContentSize(data) ?? size) !== size) throw new Error('its zstd data is damaged')
      return decompressZstd(data, new Uint8Array(size))
    },
  })
}
