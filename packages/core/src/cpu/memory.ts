import ndarray from 'ndarray'
import { type ScopeTracker, scopeTracker } from '../backend/scope.js'
import type { Shape } from '../tensor.js'
import { type CpuTensor, type Floats, rowMajor } from './strided.js'

/** How a cpu backend makes tensors: storage of its dtype, tracked so that scopes can free it. */
export interface CpuMemory extends ScopeTracker<CpuTensor> {
  readonly dtype: 'float64' | 'float32'
  readonly isTensor: (value: unknown) => value is CpuTensor
  /** Zeros, of the dtype. */
  readonly allocate: (size: number) => Floats
  /** A tensor over row-major storage that nobody writes to any more. */
  readonly make: (data: Floats, shape: Shape) => CpuTensor
  /** A tensor over storage that another tensor owns. */
  readonly view: (data: Floats, shape: Shape, stride: number[], offset: number) => CpuTensor
  /** A tensor with a copy of row-major numbers. */
  readonly store: (numbers: ArrayLike<number>, shape: Shape) => CpuTensor
  /** An operand as a tensor: a number becomes a scalar, which is not tracked. */
  readonly operand: (x: CpuTensor | number) => CpuTensor
}

export const cpuMemory = (dtype: CpuMemory['dtype']): CpuMemory => {
  const allocate = (size: number): Floats => (dtype === 'float64' ? new Float64Array(size) : new Float32Array(size))
  const isTensor = (value: unknown): value is CpuTensor =>
    typeof value === 'object' && value !== null && 'stride' in value && 'offset' in value && 'pick' in value && 'data' in value
  const tracker = scopeTracker<CpuTensor>(isTensor)
  const { track } = tracker

  const make = (data: Floats, shape: Shape): CpuTensor => track(ndarray(data, [...shape], rowMajor(shape), 0))
  const view = (data: Floats, shape: Shape, stride: number[], offset: number): CpuTensor => track(ndarray(data, [...shape], stride, offset))
  const store = (numbers: ArrayLike<number>, shape: Shape): CpuTensor => {
    const data = allocate(numbers.length)
    data.set(numbers)
    return make(data, shape)
  }
  const operand = (x: CpuTensor | number): CpuTensor => {
    if (typeof x !== 'number') return x
    const data = allocate(1)
    data[0] = x
    return ndarray(data, [], [], 0)
  }
  return { ...tracker, dtype, isTensor, allocate, make, view, store, operand }
}
