// Matrices as .npy files (numpy.lib.format, version 1.0): little-endian float64 or float32, C order.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

const magic = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0])

/** The bytes of a matrix { data, rows, columns }. The header is padded so that the numbers begin at a multiple of 64. */
export const encodeNpy = ({ data, rows, columns }) => {
  const says = `{'descr': '<f8', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`
  const header = `${says.padEnd(64 * Math.ceil((says.length + 11) / 64) - 11)}\n`
  const length = Buffer.alloc(2)
  length.writeUInt16LE(header.length)
  const numbers = Float64Array.from(data)
  return Buffer.concat([magic, length, Buffer.from(header), Buffer.from(numbers.buffer)])
}

/** The matrix in the bytes of a .npy file of one or two dimensions. */
export const decodeNpy = (bytes) => {
  const { buffer, byteOffset, byteLength } = bytes
  const view = new DataView(buffer, byteOffset, byteLength)
  if (!bytes.subarray(0, 6).equals(magic.subarray(0, 6))) throw new Error('not a .npy file: it does not begin with \\x93NUMPY')
  const [at, length] = bytes[6] === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)]
  const header = bytes.subarray(at, at + length).toString('latin1')
  const type = /'descr': *'([^']*)'/.exec(header)?.[1]
  const shape = (/'shape': *\(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number)
  const size = { '<f8': 8, '<f4': 4 }[type]
  if (size === undefined || /'fortran_order': *True/.test(header) || shape.length < 1 || shape.length > 2)
    throw new Error(`a .npy file of ${type}, shape (${shape}): expected <f8 or <f4, C order, one or two dimensions`)
  const [rows, columns] = [shape[0], shape[1] ?? 1]
  if (at + length + size * rows * columns !== byteLength)
    throw new Error(`a .npy file of ${byteLength} bytes does not hold ${rows} × ${columns}`)
  const data = new Float64Array(rows * columns)
  for (let k = 0; k < data.length; k++) {
    const place = at + length + size * k
    data[k] = size === 8 ? view.getFloat64(place, true) : view.getFloat32(place, true)
  }
  return { data, rows, columns }
}

/** Reads `path`, unpacked where it ends in .gz. */
export const readNpy = (path) => decodeNpy(path.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path))

/** Writes a file whole or not at all. */
export const writeWhole = (path, bytes) => {
  const beside = `${path}.${process.pid}.part`
  writeFileSync(beside, bytes)
  renameSync(beside, path)
}

export const writeNpy = (path, matrix) => writeWhole(path, encodeNpy(matrix))
