/**
 * The header of a NumPy array file: magic, version, and a Python dictionary of element type, order and shape
 * (NEP 1; numpy.lib.format, versions 1.0, 2.0 and 3.0).
 */

export interface NpyHeader {
  /** Element type as NumPy writes it: `<f8`, `>i2`, `|b1`. */
  readonly descr: string
  /** First index fastest. */
  readonly fortranOrder: boolean
  readonly shape: readonly number[]
  /** Where the elements start, in bytes. */
  readonly offset: number
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

const entry = (dictionary: string, key: string, value: string): string | undefined =>
  new RegExp(`['"]${key}['"]\\s*:\\s*${value}`).exec(dictionary)?.[1]

/** Reads the header, or says in a few words why it cannot be read. */
export const readNpyHeader = (bytes: Uint8Array): NpyHeader | string => {
  if (!magic.every((byte, i) => bytes[i] === byte)) return 'it does not start like a .npy file'
  const version = bytes[6] ?? 0
  if (version < 1 || version > 3) return `its format version ${version} is unknown`
  const start = version === 1 ? 10 : 12
  if (bytes.length < start) return 'its header is cut short'
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const offset = start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true))
  if (bytes.length < offset) return 'its header is cut short'
  const dictionary = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(start, offset))
  // A structured type is a list of fields: it is kept whole, to be named in the refusal.
  const descr = entry(dictionary, 'descr', `['"]([^'"]*)['"]`) ?? entry(dictionary, 'descr', '(\\[.*\\])')
  const order = entry(dictionary, 'fortran_order', '(True|False)')
  const shape = entry(dictionary, 'shape', '\\(([\\d,\\sL]*)\\)')
  if (descr === undefined || order === undefined || shape === undefined) return 'its header is damaged'
  const sizes = shape.split(',').map((size) => size.replace('L', '').trim())
  return { descr, fortranOrder: order === 'True', shape: sizes.filter((size) => size !== '').map(Number), offset }
}
