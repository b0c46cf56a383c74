import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { dump } from 'npyjs'
import { describe, expect, test } from 'vitest'
import { readNpy } from './read-npy.js'
import { anyMatrix, bitsOf, left, right, sharedFile, utf8 } from './testing.js'

interface Made {
  readonly descr?: string
  readonly order?: 'True' | 'False'
  readonly shape?: string
  readonly version?: number
  readonly elements?: Uint8Array
  /** The whole dictionary, when it is to be odd. */
  readonly dictionary?: string
}

/** A .npy file by hand, after the format's specification, the header not padded. */
const npy = ({
  descr = '<f8',
  order = 'False',
  shape = '(2, 1)',
  version = 1,
  elements = new Uint8Array(16),
  dictionary,
}: Made = {}): Uint8Array => {
  const header = utf8(`${dictionary ?? `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`}\n`)
  const length = new DataView(new ArrayBuffer(version === 1 ? 2 : 4))
  if (version === 1) length.setUint16(0, header.length, true)
  else length.setUint32(0, header.length, true)
  return Uint8Array.from([0x93, ...utf8('NUMPY'), version, 0, ...new Uint8Array(length.buffer), ...header, ...elements])
}

const read = (bytes: Uint8Array) => readNpy(bytes, 't.npy', {})
const columns = (bytes: Uint8Array) => right(read(bytes)).columns.map(({ values }) => [...values])

type Put = (view: DataView, at: number, value: number, little: boolean) => void
const types: readonly [string, number, number, number, Put][] = [
  ['i1', 1, -128, 127, (view, at, value) => view.setInt8(at, value)],
  ['u1', 1, 0, 255, (view, at, value) => view.setUint8(at, value)],
  ['i2', 2, -32768, 32767, (view, at, value, little) => view.setInt16(at, value, little)],
  ['u2', 2, 0, 65535, (view, at, value, little) => view.setUint16(at, value, little)],
  ['i4', 4, -(2 ** 31), 2 ** 31 - 1, (view, at, value, little) => view.setInt32(at, value, little)],
  ['u4', 4, 0, 2 ** 32 - 1, (view, at, value, little) => view.setUint32(at, value, little)],
  ['i8', 8, -(2 ** 53), 2 ** 53, (view, at, value, little) => view.setBigInt64(at, BigInt(value), little)],
  ['u8', 8, 0, 2 ** 53, (view, at, value, little) => view.setBigUint64(at, BigInt(value), little)],
  ['f4', 4, -(2 ** 24), 2 ** 24, (view, at, value, little) => view.setFloat32(at, value, little)],
  ['f8', 8, -(2 ** 53), 2 ** 53, (view, at, value, little) => view.setFloat64(at, value, little)],
]

describe('every type, byte order, axis order and header version', () => {
  test.each(types)('%s', (name, size, lowest, highest, put) =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.maxSafeInteger().map((n) => Math.min(highest, Math.max(lowest, n % (highest + 1))))),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 1, max: 3 }),
        (rows, width, stream, little, fortran, version) => {
          const expected = Array.from({ length: width }, () => Array.from({ length: rows }, () => stream.next().value as number))
          const view = new DataView(new ArrayBuffer(rows * width * size))
          expected.forEach((values, j) => {
            values.forEach((value, i) => {
              put(view, size * (fortran ? j * rows + i : i * width + j), value, little)
            })
          })
          const made = npy({
            descr: `${little ? '<' : '>'}${name}`,
            order: fortran ? 'True' : 'False',
            shape: `(${rows}, ${width})`,
            version,
            elements: new Uint8Array(view.buffer),
          })
          // Whole numbers have no −0, so it counts as 0 here; the bits of floats have a test of their own.
          const unsigned = (table: readonly (readonly (number | string)[])[]) =>
            table.map((values) => values.map((value) => Number(value) + 0))
          expect(unsigned(columns(made))).toEqual(unsigned(expected))
        },
      ),
    ),
  )

  test('f2: the values IEEE 754 gives for these bits', () => {
    const bits = [0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x8001, 0x3555, 0x0000]
    const values = [1, -2, 65504, 2 ** -14, 2 ** -24, -(2 ** -24), 0.333251953125, 0]
    const elements = new Uint8Array(Uint16Array.from(bits).buffer)
    expect(columns(npy({ descr: '<f2', shape: '(8,)', elements }))).toEqual([values])
    expect(left(read(npy({ descr: '<f2', shape: '(1,)', elements: Uint8Array.of(0x00, 0x7c) })))._tag).toBe('NotFinite')
    expect(left(read(npy({ descr: '<f2', shape: '(1,)', elements: Uint8Array.of(0x01, 0x7c) }))).what).toBe('"NaN" is not a finite number')
  })

  test('b1 is 0 and 1', () =>
    expect(columns(npy({ descr: '|b1', shape: '(3,)', elements: Uint8Array.of(0, 1, 255) }))).toEqual([[0, 1, 1]]))

  test('64-bit integers beyond 2^53 go to the nearest double', () => {
    const elements = new Uint8Array(BigInt64Array.of(2n ** 53n + 1n, -(2n ** 63n)).buffer)
    expect(columns(npy({ descr: '<i8', shape: '(2,)', elements }))).toEqual([[2 ** 53, -(2 ** 63)]])
  })

  test('one axis is one column', () => {
    const { names, rows, locate } = right(read(npy({ shape: '(2,)' })))
    expect([names, rows, locate(1)]).toEqual([['column1'], 2, 'row 2'])
  })

  test('a Python 2 header with long sizes', () => expect(columns(npy({ shape: '(2L, 1L)' }))).toEqual([[0, 0]]))
})

test('reads what another implementation writes, bit for bit', () =>
  fc.assert(
    fc.property(anyMatrix, ({ data, rows, columns: width }) => {
      const table = right(read(new Uint8Array(dump(data, [rows, width]))))
      expect(table.columns.map(({ values }) => bitsOf(values as Float64Array))).toEqual(
        Array.from({ length: width }, (_, j) => bitsOf(data.filter((_value, k) => k % width === j))),
      )
    }),
  ))

describe('refusals', () => {
  const refusal = (made: Made | Uint8Array) => {
    const { _tag, what } = left(read(made instanceof Uint8Array ? made : npy(made)))
    return [_tag, what]
  }
  test.each(['<c16', '<U5', '|S3', '|O', '<M8[ns]', '<f16', '|V8'])('type %s is named', (descr) =>
    expect(refusal({ descr })).toEqual(['InvalidTable', `arrays of type ${descr} cannot be used as a table`]),
  )
  test('a structured type is named', () =>
    expect(refusal({ dictionary: "{'descr': [('a', '<f8'), ('b', '<i4')], 'fortran_order': False, 'shape': (3,), }" })).toEqual([
      'InvalidTable',
      "arrays of type [('a', '<f8'), ('b', '<i4')] cannot be used as a table",
    ]))
  test.each(['()', '(1, 2, 3)'])('shape %s', (shape) => expect(refusal({ shape })[1]).toContain('a table has one or two axes'))
  test.each(['(0,)', '(0, 3)', '(3, 0)'])('shape %s is empty', (shape) => expect(refusal({ shape })[1]).toContain('it is empty'))
  test('cut short', () => {
    expect(refusal({ shape: '(3, 1)' })).toEqual([
      'FileError',
      'this .npy file cannot be read: it is cut short, 16 of 24 bytes of numbers are there',
    ])
    for (let length = 0; length < 14; length++) expect(refusal(npy().subarray(0, length))[0]).toBe('FileError')
  })
  test('something else', () => {
    expect(refusal(utf8('a,b\n1,2\n'))[1]).toContain('does not start like a .npy file')
    expect(refusal({ version: 9 })[1]).toContain('version 9')
    expect(refusal({ dictionary: '{}' })[1]).toContain('its header is damaged')
  })
  test('a number that is not finite, with row and column', () => {
    const elements = new Uint8Array(Float64Array.of(1, 2, 3, Number.NaN).buffer)
    const error = left(read(npy({ shape: '(2, 2)', elements })))
    expect([error._tag, error.where, error.what]).toEqual(['NotFinite', 't.npy, row 2, column "column2"', '"NaN" is not a finite number'])
    expect(right(readNpy(npy({ shape: '(2, 2)', elements }), 't', { drop: ['2'] })).columns[1]).toEqual({
      name: 'column2',
      kind: 'text',
      values: ['2', 'NaN'],
    })
  })
  test('any damage gives a table or a refusal', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 120 }), fc.nat({ max: 255 })), { maxLength: 4 }),
        fc.nat({ max: 150 }),
        (changes, length) => {
          const bytes = npy().slice(0, length)
          for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte
          const result = read(bytes)
          if (result._tag === 'Left') expect(result.left.name).toBe('TweedieError')
          else for (const { values } of result.right.columns) expect((values as Float64Array).every(Number.isFinite)).toBe(true)
        },
      ),
      { numRuns: 1000 },
    ))
})

// The last five values of each file, as NumPy printed them. 1-D and 2-D alike: C order, so the end of the last row.
const records = sharedFile('reference/npy/npyjs/records.json')
const published = [
  'bool',
  ...['int8', 'int16', 'int64', 'float16', 'float32', 'float64'].map((type) => `10-${type}`),
  ...['int8', 'int16', 'int64', 'float32', 'float64'].map((type) => `65x65-${type}`),
]

describe('files written by NumPy', () => {
  test.for(published)('%s', (name, { skip }) => {
    const file = sharedFile(`reference/npy/npyjs/${name}.npy`)
    skip(records.absent || file.absent, file.why)
    const expected = (JSON.parse(readFileSync(records.path, 'utf8')) as Record<string, readonly (number | boolean)[]>)[`./data/${name}`]
    skip(expected === undefined, `no published values for ${name}`)
    const { columns: read2d, rows } = right(read(readFileSync(file.path)))
    const flat = Array.from({ length: rows }, (_, i) => read2d.map(({ values }) => values[i] as number)).flat()
    expect(flat.slice(-(expected as readonly unknown[]).length)).toEqual((expected as readonly (number | boolean)[]).map(Number))
  })

  test.for(['10-complex64', '10-complex128', 'unicode', '4x4x4x4x4-float64'])('%s is refused', (name, { skip }) => {
    const file = sharedFile(`reference/npy/npyjs/${name}.npy`)
    skip(file.absent, file.why)
    expect(left(read(readFileSync(file.path)))._tag).toBe('InvalidTable')
  })
})
