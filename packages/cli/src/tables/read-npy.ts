/** NumPy arrays (.npy) as tables. The npyjs package reads no big-endian or unaligned files and does not notice truncated ones. */

import { type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import { assembleTable, type Fault, type FoundColumn } from './assemble.js'
import type { ColumnSelection } from './columns.js'
import { float16 } from './float16.js'
import { readNpyHeader } from './npy-header.js'
import type { RawTable } from './table.js'

type ReadElement = (view: DataView, at: number, little: boolean) => number

// 64-bit integers beyond 2^53 go to the nearest double.
const elements: Readonly<Record<string, readonly [size: number, read: ReadElement]>> = {
  f2: [2, (view, at, little) => float16(view.getUint16(at, little))],
  f4: [4, (view, at, little) => view.getFloat32(at, little)],
  f8: [8, (view, at, little) => view.getFloat64(at, little)],
  i1: [1, (view, at) => view.getInt8(at)],
  i2: [2, (view, at, little) => view.getInt16(at, little)],
  i4: [4, (view, at, little) => view.getInt32(at, little)],
  i8: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
  u1: [1, (view, at) => view.getUint8(at)],
  u2: [2, (view, at, little) => view.getUint16(at, little)],
  u4: [4, (view, at, little) => view.getUint32(at, little)],
  u8: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
  b1: [1, (view, at) => (view.getUint8(at) === 0 ? 0 : 1)],
}

const firstFault = (values: Float64Array): Fault | undefined => {
  const row = values.findIndex((value) => !Number.isFinite(value))
  return row < 0 ? undefined : { row, flaw: 'notFinite', text: String(values[row]) }
}

/**
 * Reads the bytes of a .npy file: one row per entry of a 1-D array, or a 2-D array of rows × columns, named column1 to columnN.
 * Gives `FileError` when the bytes are damaged or cut short, `InvalidTable` for another element type (named) or shape and for no
 * rows, `NotFinite` with row and column.
 */
export const readNpy = (bytes: Uint8Array, source: string, selection: ColumnSelection): E.Either<TweedieError, RawTable> => {
  const damaged = (what: string): E.Either<TweedieError, never> =>
    E.left(tweedieError('FileError', source, `this .npy file cannot be read: ${what}`, 'Save the array again with numpy.save'))
  const refused = (what: string, mend: string): E.Either<TweedieError, never> => E.left(tweedieError('InvalidTable', source, what, mend))

  const header = readNpyHeader(bytes)
  if (typeof header === 'string') return damaged(header)
  const { descr, shape, fortranOrder, offset } = header
  const element = /^[<>|=]/.test(descr) ? elements[descr.slice(1)] : undefined
  if (element === undefined)
    return refused(`arrays of type ${descr} cannot be used as a table`, 'Save it as float64: array.astype("float64")')
  if (shape.length < 1 || shape.length > 2)
    return refused(`the array has shape (${shape.join(', ')}); a table has one or two axes`, 'Reshape it to rows × columns before saving')
  const [rows, width] = [shape[0] as number, shape[1] ?? 1]
  if (rows === 0 || width === 0)
    return refused(`the array has shape (${shape.join(', ')}): it is empty`, 'Save an array that has rows and columns')
  const [size, read] = element
  const held = bytes.length - offset
  if (held < rows * width * size) return damaged(`it is cut short, ${held} of ${rows * width * size} bytes of numbers are there`)

  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, rows * width * size)
  const little = descr[0] !== '>'
  const columns = Array.from({ length: width }, (_, j): FoundColumn => {
    const values = new Float64Array(rows)
    for (let i = 0; i < rows; i++) values[i] = read(view, size * (fortranOrder ? j * rows + i : i * width + j), little)
    return { name: `column${j + 1}`, kind: 'number', values, fault: firstFault(values), texts: () => Array.from(values, String) }
  })
  return assembleTable({ source, rows, columns, locate: (row) => `row ${row + 1}` }, selection)
}
