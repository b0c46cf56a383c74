import type { CompressionCodec, FileMetaData } from 'hyparquet'
import { describe, expect, test } from 'vitest'
import { checkParquet } from './parquet-pages.js'

/** A number as Thrift's compact protocol writes it: zigzag, seven bits a byte. */
const varint = (value: number): number[] => {
  const bytes: number[] = []
  for (let left = 2 * value; ; left = Math.floor(left / 128)) {
    if (left < 128) return [...bytes, left]
    bytes.push((left % 128) | 128)
  }
}

/** One data page of `size` bytes: fields 1 (type), 2 and 3 (sizes), 5 (num_values, encodings). */
const page = (uncompressed: number, size: number, values: number): Uint8Array =>
  Uint8Array.of(
    ...[0x15, 0, 0x15, ...varint(uncompressed), 0x15, ...varint(size)],
    ...[0x2c, 0x15, ...varint(values), 0x15, 0, 0x15, 6, 0x15, 6, 0, 0],
    ...new Uint8Array(size),
  )

const check = (codec: CompressionCodec, rows: number, ...pages: readonly Uint8Array[]): number => {
  const bytes = new Uint8Array(Buffer.concat(pages))
  const chunk = {
    path_in_schema: ['x'],
    num_values: BigInt(rows),
    data_page_offset: 0n,
    total_compressed_size: BigInt(bytes.length),
    codec,
  }
  const metadata = {
    schema: [
      { name: 'root', num_children: 1 },
      { name: 'x', type: 'DOUBLE', repetition_type: 'REQUIRED' },
    ],
    num_rows: BigInt(rows),
    row_groups: [{ num_rows: BigInt(rows), columns: [{ meta_data: chunk }] }],
  }
  return checkParquet(bytes.buffer, metadata as unknown as FileMetaData).rows
}

describe('a page may not claim', () => {
  test.each<[CompressionCodec, number]>([
    ['UNCOMPRESSED', 1],
    ['SNAPPY', 22],
    ['GZIP', 1_032],
    ['LZ4_RAW', 255],
    ['ZSTD', 32_768],
  ])('to become more bytes than %s can make of it', (codec, growth) => {
    expect(check(codec, 3, page(40 * growth, 40, 3))).toBe(3)
    expect(() => check(codec, 3, page(40 * growth + 65, 40, 3))).toThrow('its column "x" has a damaged page')
  })

  test('more or fewer values than the column has', () => {
    expect(check('SNAPPY', 5, page(24, 26, 3), page(16, 18, 2))).toBe(5)
    expect(() => check('SNAPPY', 6, page(24, 26, 3), page(16, 18, 2))).toThrow('pages of 5 values where it should have 6')
    expect(() => check('SNAPPY', 2, page(24, 26, 3))).toThrow('damaged page')
  })
})
