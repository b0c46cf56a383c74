import type { Primitives } from '../backend/operations.js'
import { reducedShape, resolveAxis, sizeOf } from '../backend/shape.js'
import type { CpuMemory } from './memory.js'
import { type CpuTensor, type Floats, flat } from './strided.js'

/** A fold of `count` elements of `data`, the first at `offset`, `stride` apart. */
export type Fold = (data: Floats, offset: number, stride: number, count: number) => number

/** Pairwise summation: the error grows with the logarithm of the count. */
export const pairwiseSum: Fold = (data, offset, stride, count) => {
  if (count <= 64) {
    let sum = 0
    for (let k = 0; k < count; k++) sum += data[offset + k * stride] as number
    return sum
  }
  const half = count >> 1
  return pairwiseSum(data, offset, stride, half) + pairwiseSum(data, offset + half * stride, stride, count - half)
}

/** The largest element, NaN if there is one, −Infinity if there are none. */
export const maxFold: Fold = (data, offset, stride, count) => {
  let best = Number.NEGATIVE_INFINITY
  for (let k = 0; k < count; k++) {
    const value = data[offset + k * stride] as number
    if (Number.isNaN(value)) return Number.NaN
    if (value > best) best = value
  }
  return best
}

/** The smallest element, NaN if there is one, +Infinity if there are none. */
export const minFold: Fold = (data, offset, stride, count) => {
  let best = Number.POSITIVE_INFINITY
  for (let k = 0; k < count; k++) {
    const value = data[offset + k * stride] as number
    if (Number.isNaN(value)) return Number.NaN
    if (value < best) best = value
  }
  return best
}

/** Folds the middle axis of row-major [outer, count, inner] data into `out`, [outer, inner]. */
export const foldAxis = (fold: Fold, data: Floats, outer: number, count: number, inner: number, out: Floats): void => {
  for (let o = 0; o < outer; o++) for (let i = 0; i < inner; i++) out[o * inner + i] = fold(data, o * count * inner + i, inner, count)
}

/** Sum, maximum and minimum over one axis or over everything. */
export const reductions = ({ allocate, make, store }: CpuMemory): Pick<Primitives<CpuTensor>, 'sum' | 'max' | 'min'> => {
  const reduction =
    (name: string, fold: Fold) =>
    (x: CpuTensor, axis?: number, keepDims = false): CpuTensor => {
      const data = flat(x)
      if (axis === undefined) return store([fold(data, 0, 1, data.length)], [])
      const at = resolveAxis(name, x.shape, axis)
      const shape = reducedShape(x.shape, at, keepDims)
      const out = allocate(sizeOf(shape))
      foldAxis(fold, data, sizeOf(x.shape.slice(0, at)), x.shape[at] as number, sizeOf(x.shape.slice(at + 1)), out)
      return make(out, shape)
    }
  return { sum: reduction('sum', pairwiseSum), max: reduction('max', maxFold), min: reduction('min', minFold) }
}
