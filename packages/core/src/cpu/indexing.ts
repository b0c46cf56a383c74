import { concatShape, requireBroadcastTo, requireReshape, resized, sliceAxis } from '../backend/indexing-shapes.js'
import type { Primitives } from '../backend/operations.js'
import { requireShape, showShape, sizeOf } from '../backend/shape.js'
import { tweedieError } from '../errors.js'
import type { CpuMemory } from './memory.js'
import { type CpuTensor, flat, stretch } from './strided.js'

type Indexing = 'reshape' | 'transpose' | 'broadcastTo' | 'slice' | 'concat' | 'takeRows' | 'scatterRows'

/** Shape and indexing. Transposes, broadcasts and slices are views; the rest copy. */
export const indexing = ({ allocate, make, view, track }: CpuMemory): Pick<Primitives<CpuTensor>, Indexing> => ({
  reshape: (x, shape) => {
    requireReshape(x.shape, shape)
    return make(flat(x), shape)
  },
  transpose: (x) => view(x.data, [...x.shape].reverse(), [...x.stride].reverse(), x.offset),
  broadcastTo: (x, shape) => {
    requireBroadcastTo(x.shape, shape)
    return track(stretch(x, shape))
  },
  slice: (x, axis, from, to) => {
    const at = sliceAxis(x.shape, axis, from, to)
    const shape = resized(x.shape, at, to - from)
    return view(x.data, shape, [...x.stride], x.offset + from * (x.stride[at] as number))
  },
  concat: (xs, axis) => {
    const [at, shape] = concatShape(
      xs.map((x) => x.shape),
      axis,
    )
    const total = shape[at] as number
    const out = allocate(sizeOf(shape))
    const inner = sizeOf(shape.slice(at + 1))
    let start = 0
    for (const x of xs) {
      const run = (x.shape[at] as number) * inner
      const data = flat(x)
      for (let o = 0; o * run < data.length; o++) out.set(data.subarray(o * run, (o + 1) * run), o * total * inner + start)
      start += run
    }
    return make(out, shape)
  },
  takeRows: (x, indices) => {
    const rows = requireRows('takeRows', x)
    const width = sizeOf(x.shape.slice(1))
    const from = flat(x)
    const out = allocate(indices.length * width)
    for (let k = 0; k < indices.length; k++) {
      const i = requireIndex('takeRows', indices[k] as number, rows)
      out.set(from.subarray(i * width, (i + 1) * width), k * width)
    }
    return make(out, [indices.length, ...x.shape.slice(1)])
  },
  scatterRows: (x, indices, rows) => {
    if (requireRows('scatterRows', x) !== indices.length)
      throw tweedieError('ShapeMismatch', 'scatterRows', `${indices.length} indices for ${showShape(x.shape)}`, 'Give one index per row')
    requireShape('scatterRows', [rows])
    const width = sizeOf(x.shape.slice(1))
    const from = flat(x)
    const out = allocate(rows * width)
    for (let k = 0; k < indices.length; k++) {
      const i = requireIndex('scatterRows', indices[k] as number, rows)
      for (let j = 0; j < width; j++) out[i * width + j] = (out[i * width + j] as number) + (from[k * width + j] as number)
    }
    return make(out, [rows, ...x.shape.slice(1)])
  },
})

const requireRows = (operation: string, x: CpuTensor): number => {
  const rows = x.shape[0]
  if (rows === undefined) throw tweedieError('ShapeMismatch', operation, 'a scalar has no rows', 'Reshape it first')
  return rows
}

const requireIndex = (operation: string, index: number, rows: number): number => {
  if (!Number.isInteger(index) || index < 0 || index >= rows)
    throw tweedieError('InvalidArgument', operation, `row ${index} of ${rows}`, 'Use whole numbers from 0 to rows − 1')
  return index
}
