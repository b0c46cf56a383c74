import ndarray, { type NdArray } from 'ndarray'
import ops from 'ndarray-ops'
import { sizeOf } from '../backend/shape.js'
import type { Shape } from '../tensor.js'

/** The storage of a cpu tensor. */
export type Floats = Float64Array | Float32Array

/** The native tensor of the cpu backend: a strided view on floats. */
export type CpuTensor = NdArray<Floats>

/** Row-major strides of a shape. */
export const rowMajor = (shape: Shape): number[] => {
  const stride = new Array<number>(shape.length)
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    stride[axis] = step
    step *= shape[axis] as number
  }
  return stride
}

/** Whether a view covers its elements one after the other in row-major order. */
export const isContiguous = (x: CpuTensor): boolean => {
  let step = 1
  for (let axis = x.shape.length - 1; axis >= 0; axis--) {
    const size = x.shape[axis] as number
    if (size !== 1 && x.stride[axis] !== step) return false
    step *= size
  }
  return true
}

/** A view that stretches axes of size 1, and adds axes in front, by strides of 0. The shape must be one that x broadcasts to. */
export const stretch = (x: CpuTensor, shape: Shape): CpuTensor => {
  const lead = shape.length - x.shape.length
  const stride = shape.map((size, axis) =>
    axis < lead || (x.shape[axis - lead] === 1 && size !== 1) ? 0 : (x.stride[axis - lead] as number),
  )
  return ndarray(x.data, [...shape], stride, x.offset)
}

/** The elements in row-major order; shares memory with x where it can, so only read from it. */
export const flat = (x: CpuTensor): Floats => {
  const size = sizeOf(x.shape)
  if (isContiguous(x)) return x.data.subarray(x.offset, x.offset + size)
  const out = x.data instanceof Float64Array ? new Float64Array(size) : new Float32Array(size)
  // ndarray-ops has no loops for rank 0, and a rank-0 view is contiguous, so it never comes here.
  ops.assign(ndarray(out as Floats, [...x.shape]), x)
  return out
}
