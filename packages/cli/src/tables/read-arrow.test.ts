import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { fromRows } from '@tweedie/core'
import {
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Dictionary,
  Field,
  Float16,
  Float32,
  Int8,
  Int64,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMillisecond,
  tableFromIPC,
  tableToIPC,
  Uint16,
  Uint64,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow'
import { describe, expect, test } from 'vitest'
import { arrowContent } from './arrow-content.js'
import { decodeLz4Frame } from './lz4-frame.js'
import { readArrow } from './read-arrow.js'
import { readTable } from './read-table.js'
import type { RawTable } from './table.js'
import { left, right, temporaryFolder } from './testing.js'
import { writeTable } from './write-table.js'

const at = temporaryFolder()

/** A table of pyarrow 25 (write_feather, compressed), gzipped: x = i mod 4, kind = left, right, …, miss = i mod 3 but for row 6. */
const written = {
  lz4: 'H4sIAAAAAAACA+VUvU7DQAz+8tP0iiKlajMEqYiILsDGgthoJYYsiKgLjCDx04rCQDswRkx9GAbGSiy8SV+Bka3YFx9NIugLYMnns8/+/CMn/cHg7PwAWBIpC2iCaQM+PNSg6EZkuXBJZOTD0iF+I06IWR+TnZxsjo3EBpEPo8mE76/aB5YC54gI2UOdsjQRSk6rFtJ5QhxXMO5Hj9d8V1DawqevdZ+4rnUGyOPyWhnX5GBNcjjVGqllPJMf+3raYuuT5zEnGYqfT1H5RHyNCNvVOAlWVKyvqWM6JN2fmAvijmDahThTs4O/qStyV2RceLMqeJD5aOyd0+iy90JqZsbZKPo1yn6kZuOb2+nT6G44NXP4WjcHx9U9zUu5y33PCn33funbW9P3ocijit3oeyKHIrdFzkTuF2KcSn6s0S1jsEvzYfhNeux+Hgdo9RTaSsG1EcRYvqe8AxUAiWvRNc23HIHCIl0lMLtT8ic1WyxzKtUl7226XtEnRzAeAgdbqc3aikxgvoeh3nD+2nyZfCK75EqpsV2ue17Zr0jsH2Ize/9f/gkJGfv6X/kN7WBOhDIFAAA=',
  zstd: 'H4sIAAAAAAACA+VUO0sDQRD+du9ybvTACFdE8ZHCImKhFoKdiQpqJaTQNr4TfOAjhY0g2FhY+DOCWNjYW4jYiH9A8C9Y2IrO7E7M5ST+AQdmv53Zee/eFUulpZUJ4IvIKCADpk6ECJCCoR2R8uETnJENo0d8S7xAzPIu6clIs29WdBDcqx4f8/7G2kAZcI4sRQ7QQVkyiCSnSkW0zhHnEjF2qvsbvDcwVsNraOWQuMPKHMD5uVo5biMHS5LDS9ZILeOE7Ng2sBptV57HPWEkdiF5uYmENiK0b+MU0KR4fRnrM0jo//iUiYclv0acAttHICV5aE8DgjnBvtiZ+hXXzYkpfzf2mQtXm0NNu206fp5epMvc3KodVbcrNfzMgQO3nYPno5+g3pKzte+rWN+FP/oO/uh7VHA8oW/IU4IVwV7Bi8S8IO+3kIjTTlYNhW7OqQz1bC3ep2k1AV5mR9C9/JrS56sH6GpxdPaYVFh70GeZ+rWjmaEIXnb9cuKxZTnsMfH7MEXg7ctRoi57Xjjlj1BpTqa0wkdtvmHq3l9kJ8xfWSgXz99sXp4Al5iTvozUW0+8p6zonxL5/8u/YIGURfuP/Aa9LmR0KgUAAA==',
}
const bytesOf = (text: string): Uint8Array => new Uint8Array(gunzipSync(Buffer.from(text, 'base64')))

const tableOf = (vectors: Record<string, Vector>): Uint8Array => tableToIPC(new Table(vectors), 'file')
const read = (bytes: Uint8Array, drop: readonly string[] = []): RawTable => right(readArrow(bytes, 't.arrow', { drop }))
const column = (table: RawTable, name: string): unknown[] => {
  const found = table.columns.find((one) => one.name === name)
  return [found?.kind, ...(found?.values ?? [])]
}
const refusal = (bytes: Uint8Array): string[] => {
  const { _tag, message } = left(readArrow(bytes, 't.arrow', {}))
  return [_tag, message]
}

describe('types', () => {
  const one = (values: readonly unknown[], type: DataType): unknown[] =>
    column(read(tableOf({ c: vectorFromArray(values, type) }), ['c']), 'c')
  test.each([
    ['int8', [-128, 127], new Int8(), [-128, 127]],
    ['uint16', [0, 65535], new Uint16(), [0, 65535]],
    ['int64, the nearest double beyond 2^53', [-(2n ** 53n), 2n ** 53n + 3n], new Int64(), [-(2 ** 53), 2 ** 53 + 4]],
    ['uint64', [0n, 2n ** 64n - 1n], new Uint64(), [0, 2 ** 64]],
    ['float32', [0.1, -0], new Float32(), [Math.fround(0.1), -0]],
    ['bool', [true, false, true], new Bool(), [1, 0, 1]],
  ])('%s are numbers', (_, values, type, wanted) => expect(one(values, type)).toEqual(['number', ...wanted]))

  test('float16: subnormals, signed zeros', () => {
    const data = makeData({ type: new Float16(), data: Uint16Array.of(0x3c00, 0x8000, 0x0001, 0xc200) })
    const bytes = tableToIPC(new Table(new Schema([new Field('h', new Float16())]), [batchOf([['h', data]])]), 'file')
    expect(column(read(bytes), 'h')).toEqual(['number', 1, -0, 2 ** -24, -3])
  })

  test('decimals round once, negative ones too', () => {
    // 3, −3 and −1 at scale 1 as 128-bit words: 3 · 0.1 would not be 0.3.
    const words = Uint32Array.of(3, 0, 0, 0, -3 >>> 0, -1 >>> 0, -1 >>> 0, -1 >>> 0, -1 >>> 0, -1 >>> 0, -1 >>> 0, -1 >>> 0)
    const data = makeData({ type: new Decimal(1, 10, 128), data: words, length: 3 })
    const bytes = tableToIPC(new Table(new Schema([new Field('d', data.type)]), [batchOf([['d', data]])]), 'file')
    expect(column(read(bytes), 'd')).toEqual(['number', 0.3, -0.3, -0.1])
  })

  test('strings, dictionaries, dates and times are text; a dictionary of numbers is numbers', () => {
    expect(one(['a', 'é', null], new Utf8())).toEqual(['text', 'a', 'é', ''])
    expect(one(['red', 'blue', null, 'red'], new Dictionary(new Utf8(), new Int8()))).toEqual(['text', 'red', 'blue', '', 'red'])
    expect(one([7, 9, 7], new Dictionary(new Float32(), new Int8()))).toEqual(['number', 7, 9, 7])
    const day = new Date(Date.UTC(2020, 0, 2))
    expect(one([day], new DateDay())).toEqual(['text', '2020-01-02T00:00:00.000Z'])
    expect(one([day], new TimestampMillisecond())).toEqual(['text', '2020-01-02T00:00:00.000Z'])
  })

  test('a list is refused by row, column and type when it is wanted, and only then', () => {
    const list = vectorFromArray([[1, 2], [3]], new List(new Field('item', new Float32())))
    const bytes = tableOf({ x: vectorFromArray([1, 2], new Float32()), many: list })
    expect(refusal(bytes)).toEqual([
      'InvalidTable',
      expect.stringMatching(/^t\.arrow, row 1, column "many": "List<Float32>" is not a number/),
    ])
    expect(column(read(bytes, ['many']), 'x')).toEqual(['number', 1, 2])
  })

  test('a null in a wanted column of numbers is refused, a NaN too; a column that is not wanted becomes text', () => {
    const bytes = tableOf({ x: vectorFromArray([1, 2], new Float32()), y: vectorFromArray([1, null], new Float32()) })
    expect(refusal(bytes)).toEqual(['InvalidTable', expect.stringContaining('t.arrow, row 2, column "y": the value is missing')])
    expect(column(read(bytes, ['y']), 'y')).toEqual(['text', '1', ''])
    const nan = tableOf({ x: vectorFromArray([1, Number.NaN], new Float32()) })
    expect(refusal(nan)).toEqual(['NotFinite', expect.stringContaining('row 2, column "x": "NaN" is not a finite number')])
  })

  test('no rows, and no columns', () => {
    expect(refusal(tableOf({ x: vectorFromArray([], new Float32()) }))[0]).toBe('InvalidTable')
    expect(refusal(tableToIPC(new Table(new Schema([]), []), 'file'))[0]).toBe('InvalidTable')
  })
})

const batchOf = (columns: readonly (readonly [string, ReturnType<typeof makeData>])[]): RecordBatch => {
  const schema = new Schema(columns.map(([name, data]) => new Field(name, data.type)))
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: columns[0]?.[1].length ?? 0, children: columns.map(([, data]) => data) }),
  )
}

describe('files of pyarrow', () => {
  const indices = Array.from({ length: 64 }, (_, i) => i)
  test.each(Object.entries(written))('%s', (_, text) => {
    const table = read(bytesOf(text), ['miss'])
    expect(column(table, 'x')).toEqual(['number', ...indices.map((i) => i % 4)])
    expect(column(table, 'kind')).toEqual(['text', ...indices.map((i) => (i % 2 === 0 ? 'left' : 'right'))])
    expect(column(table, 'miss')).toEqual(['text', ...indices.map((i) => (i === 5 ? '' : String(i % 3)))])
    expect(refusal(bytesOf(text))).toEqual(['InvalidTable', expect.stringContaining('row 6, column "miss"')])
  })
})

describe('LZ4 frames', () => {
  // 'abcd' and a match of 8 from 4 back, then the last literals 'xyzab': the block format by hand.
  const block = [0x44, 0x61, 0x62, 0x63, 0x64, 4, 0, 0x50, 0x78, 0x79, 0x7a, 0x61, 0x62]
  const frame = Uint8Array.of(
    0x04,
    0x22,
    0x4d,
    0x18,
    0x60,
    0x40,
    0x82,
    block.length,
    0,
    0,
    0,
    ...block,
    2,
    0,
    0,
    0x80,
    0x21,
    0x21,
    0,
    0,
    0,
    0,
  )
  test('blocks, stored blocks', () => expect(Buffer.from(decodeLz4Frame(frame, 19)).toString()).toBe('abcdabcdabcdxyzab!!'))
  test('another size, a cut, a match from before the start', () => {
    for (const size of [18, 20]) expect(() => decodeLz4Frame(frame, size)).toThrow('damaged')
    for (let length = 0; length < frame.length; length++) expect(() => decodeLz4Frame(frame.slice(0, length), 19)).toThrow('damaged')
    const far = frame.slice()
    far[16] = 5
    expect(() => decodeLz4Frame(far, 19)).toThrow('damaged')
  })
})

describe('damage', () => {
  const matrix = fromRows([
    [1, 2],
    [3, 4],
    [5, 6],
  ])
  const file = arrowContent(['a', 'b'], matrix, 'file')
  const stream = arrowContent(['a', 'b'], matrix, 'stream')
  test.each([
    ['file', file],
    ['stream', stream],
    ['compressed file', bytesOf(written.lz4)],
  ])('a %s cut anywhere is refused', (_, bytes) => {
    for (let length = 1; length < bytes.length; length++) expect(refusal(bytes.slice(0, length))[0]).toBe('FileError')
  })
  test('a Feather file of version 1 is named', () =>
    expect(refusal(new TextEncoder().encode('FEA1xxxxxxxxxxxxxxxxxxxx'))[1]).toContain('Feather version 1'))
  test('a file in the other layout than its name says is read', async () => {
    writeFileSync(at('file.arrows'), file)
    writeFileSync(at('stream.arrow'), stream)
    for (const name of ['file.arrows', 'stream.arrow'])
      expect(right(await readTable(at(name))()).columns[1]?.values).toEqual(Float64Array.of(2, 4, 6))
  })
})

describe('writing', () => {
  test('one float64 column a name, as apache-arrow reads it; names in their order, whatever they are', async () => {
    const names = ['__proto__', '10', '2', 'a b']
    const matrix = fromRows([
      [1, -0, 0.1, 5e-324],
      [2, 3, 4, 1e308],
    ])
    for (const name of ['w.arrow', 'w.feather', 'w.arrows']) {
      right(await writeTable(at(name), names, matrix)())
      const table = tableFromIPC(readFileSync(at(name)))
      expect(table.schema.fields.map((field) => [field.name, String(field.type), field.nullable])).toEqual(
        names.map((one) => [one, 'Float64', false]),
      )
      expect(names.map((_, j) => [...(table.getChildAt(j) ?? [])])).toEqual([
        [1, 2],
        [-0, 3],
        [0.1, 4],
        [5e-324, 1e308],
      ])
      expect(right(await readTable(at(name))()).names).toEqual(names)
    }
  })
})
