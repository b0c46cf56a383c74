import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { parquetMetadata } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, test } from 'vitest'
import type { ColumnSelection } from './columns.js'
import { readParquet } from './read-parquet.js'
import { readText } from './read-text.js'
import { left, right, sharedFile } from './testing.js'

type Written = Omit<Parameters<typeof parquetWriteBuffer>[0], 'writer'>
const write = (options: Written): Uint8Array => new Uint8Array(parquetWriteBuffer(options))
const read = (bytes: Uint8Array, selection: ColumnSelection = {}) => readParquet(bytes, 't.parquet', selection)()
const columnsOf = async (options: Written) =>
  Object.fromEntries(right(await read(write(options))).columns.map(({ name, kind, values }) => [name, [kind, ...values]]))

describe('types', () => {
  test('numbers, booleans and big integers are numbers; strings, times and nested values are text', async () => {
    const day = new Date(Date.UTC(2020, 1, 3))
    expect(
      await columnsOf({
        columnData: [
          { name: 'i', data: [1, -2], type: 'INT32' },
          { name: 'l', data: [2n ** 60n, -3n], type: 'INT64' },
          { name: 'f', data: [0.5, 0.25], type: 'FLOAT' },
          { name: 'd', data: [0.1, -0], type: 'DOUBLE', encoding: 'PLAIN' },
          { name: 'h', data: [1.5, 2.5], type: 'FLOAT16' },
          { name: 'b', data: [true, false], type: 'BOOLEAN' },
          { name: 's', data: ['1', 'x'], type: 'STRING' },
          { name: 't', data: [day, day], type: 'TIMESTAMP' },
          { name: 'j', data: [{ a: 1 }, [2]], type: 'JSON' },
        ],
      }),
    ).toEqual({
      i: ['number', 1, -2],
      l: ['number', 2 ** 60, -3],
      f: ['number', 0.5, 0.25],
      d: ['number', 0.1, -0],
      h: ['number', 1.5, 2.5],
      b: ['number', 1, 0],
      s: ['text', '1', 'x'],
      t: ['text', '2020-02-03T00:00:00.000Z', '2020-02-03T00:00:00.000Z'],
      j: ['text', '{"a":1}', '[2]'],
    })
  })

  test('a decimal is the double nearest to it, by its converted and by its logical type', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 20 }),
        fc.nat({ max: 9 }),
        fc.boolean(),
        async (whole, scale, logical) => {
          const decimal = logical
            ? { logical_type: { type: 'DECIMAL' as const, precision: 10, scale } }
            : { converted_type: 'DECIMAL' as const, scale, precision: 10 }
          // The writer takes values already scaled and rounds them back to whole numbers.
          const bytes = write({
            columnData: [{ name: 'm', data: logical ? whole : whole.map((n) => n / 10 ** scale) }],
            schema: [
              { name: 'root', num_children: 1 },
              { name: 'm', type: 'INT32', repetition_type: 'REQUIRED', ...decimal },
            ],
          })
          const expected = whole.map((n) => Number(`${n}e-${scale}`))
          expect([...(right(await read(bytes)).columns[0]?.values ?? [])]).toEqual(expected)
        },
      ),
    ))
})

describe('refusals', () => {
  const columnData = [
    { name: 'x', data: [1, 2] },
    { name: 'y', data: [1.5, 2.5] },
  ]
  test('a null is a missing value', async () => {
    const bytes = write({
      columnData: [
        { name: 'x', data: [1, 2, 3] },
        { name: 'y', data: [1.5, null, 2.5], type: 'DOUBLE', nullable: true },
      ],
    })
    const error = left(await read(bytes))
    expect([error._tag, error.where, error.what]).toEqual(['InvalidTable', 't.parquet, row 2, column "y"', 'the value is missing'])
    expect(right(await read(bytes, { drop: ['y'] })).columns[1]).toEqual({ name: 'y', kind: 'text', values: ['1.5', '', '2.5'] })
  })
  test.each([Number.NaN, Number.POSITIVE_INFINITY])('%d is not finite', async (bad) => {
    const error = left(await read(write({ columnData: [{ name: 'x', data: [1, bad], type: 'DOUBLE' }] })))
    expect([error._tag, error.where]).toEqual(['NotFinite', 't.parquet, row 2, column "x"'])
  })
  test('no rows', async () =>
    expect(left(await read(write({ columnData: [{ name: 'x', data: [], type: 'DOUBLE' }] }))).what).toBe(
      'the table has 1 columns and 0 rows',
    ))
  test('something else', async () => expect(left(await read(new TextEncoder().encode('a,b\n1,2\n')))._tag).toBe('FileError'))
  test('cut short anywhere', async () => {
    const bytes = write({ columnData })
    for (let length = 1; length < bytes.length; length++) expect(left(await read(bytes.subarray(0, length)))._tag).toBe('FileError')
  })
  test('a damaged page header gives a table or a refusal, and no endless loop', async () => {
    const bytes = write({
      columnData: [
        { name: 'x', data: [1.5, 2.5], type: 'DOUBLE' },
        { name: 'j', data: [{ a: 1 }, null], type: 'JSON' },
      ],
    })
    const { row_groups } = parquetMetadata(bytes.buffer as ArrayBuffer)
    for (const { meta_data } of row_groups[0]?.columns ?? [])
      for (let at = Number(meta_data?.data_page_offset), end = at + 30; at < end; at++)
        for (const byte of [0, 1, 21, 70, 127, 128, 255]) {
          const damaged = bytes.slice()
          damaged[at] = byte
          const result = await read(damaged)
          if (result._tag === 'Left') expect(result.left.name).toBe('TweedieError')
        }
  })
  test('any damage gives a table or a refusal', async () => {
    const bytes = write({ columnData: [...columnData, { name: 's', data: ['a', 'b'] }] })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 3 }),
        async (changes) => {
          const damaged = bytes.slice()
          for (const [at, byte] of changes) damaged[at] = byte
          const result = await read(damaged)
          if (result._tag === 'Left') expect(result.left.name).toBe('TweedieError')
          else
            for (const column of result.right.columns) {
              expect(column.values.length).toBe(result.right.rows)
              if (column.kind === 'number') expect(column.values.every(Number.isFinite)).toBe(true)
            }
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('files of the Parquet project', () => {
  const file = (name: string) => sharedFile(`reference/parquet/${name}`)
  const bytesOf = (name: string) => readFileSync(file(name).path)

  test.for(['delta_binary_packed', 'delta_encoding_required_column'])('%s agrees with its published CSV', async (name, { skip }) => {
    const expected = file(`${name}_expect.csv`)
    skip(expected.absent || file(`${name}.parquet`).absent, expected.why)
    const table = right(await read(bytesOf(`${name}.parquet`)))
    const published = right(readText(readFileSync(expected.path), 'expect', '.csv', {}))
    expect(table.rows).toBe(published.rows)
    expect(table.names.length).toBe(published.names.length)
    table.columns.forEach((column, j) => {
      // The CSV cannot tell a string of digits from a number.
      expect(Array.from(column.values, String)).toEqual(Array.from(published.columns[j]?.values ?? [], String))
    })
  })

  test('plain, dictionary and snappy files have the same columns', async ({ skip }) => {
    for (const name of ['alltypes_plain.parquet', 'alltypes_dictionary.parquet', 'alltypes_plain.snappy.parquet']) {
      skip(file(name).absent, file(name).why)
      const { names, columns } = right(await read(bytesOf(name)))
      expect(names).toHaveLength(11)
      const numbers = columns.filter(({ kind }) => kind === 'number').map((column) => column.name)
      expect(numbers).toEqual(['id', 'bool_col', 'tinyint_col', 'smallint_col', 'int_col', 'bigint_col', 'float_col', 'double_col'])
    }
    const { columns } = right(await read(bytesOf('alltypes_plain.parquet')))
    expect([...(columns[0]?.values ?? [])]).toEqual([4, 5, 6, 7, 2, 3, 0, 1])
    expect([...(columns[7]?.values ?? [])]).toEqual([0, 10.1, 0, 10.1, 0, 10.1, 0, 10.1])
    expect(columns[10]?.values[0]).toBe('2009-03-01T00:00:00.000Z')
  })

  test('byte stream split and zstd: 300 normal numbers', async ({ skip }) => {
    skip(file('byte_stream_split.zstd.parquet').absent, file('byte_stream_split.zstd.parquet').why)
    const { rows, columns } = right(await read(bytesOf('byte_stream_split.zstd.parquet')))
    expect([rows, columns.map(({ name }) => name)]).toEqual([300, ['f32', 'f64']])
    // NumPy's legacy generator with seed 0 starts with these.
    expect(columns[0]?.values[0]).toBeCloseTo(1.764052345967664, 6)
    const f64 = columns[1]?.values as Float64Array
    const mean = f64.reduce((sum, value) => sum + value, 0) / 300
    // Five standard errors of the mean of 300 standard normal numbers.
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(300))
  })

  test.for([
    ['float16_nonzeros_and_nans.parquet', 'InvalidTable', 'row 1'],
    ['int32_with_null_pages.parquet', 'InvalidTable', 'row 5'],
    ['nan_in_stats.parquet', 'NotFinite', 'row 2'],
    ['rle_boolean_encoding.parquet', 'InvalidTable', 'row 3'],
  ] as const)('%s is refused: %s at %s', async ([name, tag, place], { skip }) => {
    skip(file(name).absent, file(name).why)
    const error = left(await read(bytesOf(name)))
    expect(error._tag).toBe(tag)
    expect(error.where).toContain(place)
  })

  test('nested columns and raw bytes are text', async ({ skip }) => {
    skip(file('nulls.snappy.parquet').absent, file('nulls.snappy.parquet').why)
    expect(right(await read(bytesOf('nulls.snappy.parquet'))).columns[0]?.kind).toBe('text')
    expect(right(await read(bytesOf('binary.parquet'))).columns[0]?.kind).toBe('text')
    expect(right(await read(bytesOf('datapage_v2.snappy.parquet'))).columns.map(({ kind }) => kind)).toEqual([
      'text',
      'number',
      'number',
      'number',
      'text',
    ])
  })
})
