import { showShape, sizeOf, tweedieError } from '@tweedie/core'
import { LONGEST_HEADER } from './decode.js'

/** A tensor to store: float64 or float32 by the array's own type, row-major. */
export interface TensorToStore {
  readonly shape: readonly number[]
  readonly data: Float64Array | Float32Array
}

/**
 * Encodes tensors as a safetensors file. As the reference writer does, tensors are placed by falling size of element and then by name,
 * and the header is padded with spaces to a multiple of 8 bytes, so every element is aligned. The same input gives the same bytes.
 * Throws `InvalidArgument` for a name that the format reserves, and `ShapeMismatch` where shape and data differ.
 */
export const encodeSafetensors = (
  tensors: Iterable<readonly [name: string, tensor: TensorToStore]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array => {
  const names = new Set<string>()
  const placed = [...tensors].map(([name, { shape, data }]) => {
    if (name === '__metadata__' || names.has(name))
      throw tweedieError(
        'InvalidArgument',
        'encodeSafetensors',
        name === '__metadata__' ? 'a tensor named __metadata__' : `two tensors named "${name}"`,
        'Give each tensor a name of its own',
      )
    names.add(name)
    if (shape.some((size) => !Number.isSafeInteger(size) || size < 0) || sizeOf(shape) !== data.length)
      throw tweedieError(
        'ShapeMismatch',
        `encodeSafetensors, tensor "${name}"`,
        `${data.length} numbers for shape ${showShape(shape)}`,
        'Pass as many numbers as the shape holds',
      )
    return { name, shape, data }
  })
  placed.sort((a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || (a.name < b.name ? -1 : 1))

  let end = 0
  const entries = placed.map(({ name, shape, data }) => {
    const begin = end
    end += data.byteLength
    return [name, { dtype: data instanceof Float64Array ? 'F64' : 'F32', shape, data_offsets: [begin, end] }] as const
  })
  const header = new TextEncoder().encode(headerText(entries, metadata))
  if (header.length > LONGEST_HEADER)
    throw tweedieError(
      'InvalidArgument',
      'encodeSafetensors',
      `a header of ${header.length} bytes, above the format's bound of ${LONGEST_HEADER}`,
      'Store less metadata',
    )
  const bytes = new Uint8Array(8 + header.length + end)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(header.length), true)
  bytes.set(header, 8)
  let at = 8 + header.length
  for (const { data } of placed) {
    const width = data.BYTES_PER_ELEMENT
    for (let i = 0; i < data.length; i++, at += width) {
      if (width === 8) view.setFloat64(at, data[i] as number, true)
      else view.setFloat32(at, data[i] as number, true)
    }
  }
  return bytes
}

/** The header, padded. Written member by member, so that a name like "1" or "__proto__" keeps its place and meaning. */
const headerText = (entries: readonly (readonly [string, unknown])[], metadata: Readonly<Record<string, string>>): string => {
  const described = Object.entries(metadata)
  for (const [name, value] of described)
    if (typeof value !== 'string')
      throw tweedieError(
        'InvalidArgument',
        'encodeSafetensors',
        `metadata "${name}" is not a string`,
        'Write it as text, for instance with JSON.stringify',
      )
  const text = described.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')
  const members = entries.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`)
  const json = `{${[...(described.length === 0 ? [] : [`"__metadata__":{${text}}`]), ...members].join(',')}}`
  const length = new TextEncoder().encode(json).length
  return json + ' '.repeat((8 - (length % 8)) % 8)
}
