import { type Backend, makeBackend } from '../backend/backend.js'
import type { Primitives } from '../backend/operations.js'
import { requireCount, requireRank, requireShape, showShape, sizeOf } from '../backend/shape.js'
import { tweedieError } from '../errors.js'
import { elementwise } from './elementwise.js'
import { fusedKernels } from './fused.js'
import { indexing } from './indexing.js'
import { matMul } from './mat-mul.js'
import { cpuMemory } from './memory.js'
import { reductions } from './reduce.js'
import { type CpuTensor, flat } from './strided.js'

/** Options of the cpu backend. */
export interface CpuOptions {
  /** float64 (the oracle) or float32 (to see what a float32 backend can and cannot do). */
  readonly dtype?: 'float64' | 'float32'
}

/**
 * The reference backend: ndarray views and ndarray-ops loops in float64. It is the oracle that the others are
 * checked against. Its libraries generate code at run time, so it cannot run under a content security policy without
 * `unsafe-eval`; the other backends can.
 */
export const cpu = ({ dtype = 'float64' }: CpuOptions = {}): Backend<CpuTensor> => {
  const memory = cpuMemory(dtype)
  const { allocate, make, store, isTensor, scope, free, liveTensors } = memory

  const primitives: Primitives<CpuTensor> = {
    name: dtype === 'float64' ? 'cpu' : 'cpu(float32)',
    dtype,
    tensor: (data, shape) => {
      requireCount('tensor', data.length, shape)
      return store(data, shape)
    },
    full: (shape, value) => {
      requireShape('full', shape)
      return make(allocate(sizeOf(shape)).fill(value), shape)
    },
    shape: (x) => x.shape,
    read: async (x) => Float64Array.from(flat(x)),
    isTensor,
    cloudsInOnePass: true,
    readNow: (x) => Float64Array.from(flat(x)),
    allFinite: (x) => flat(x).every(Number.isFinite),
    scope,
    free,
    liveTensors,
    ...elementwise(memory),
    ...reductions(memory),
    ...indexing(memory),

    matMul: (a, b) => {
      requireRank('matMul', a.shape, 2)
      requireRank('matMul', b.shape, 2)
      const [[m, k], [k2, p]] = [a.shape, b.shape] as [[number, number], [number, number]]
      if (k !== k2)
        throw tweedieError(
          'ShapeMismatch',
          'matMul',
          `${showShape(a.shape)} · ${showShape(b.shape)}: inner sizes ${k} and ${k2} differ`,
          'Transpose or reshape one operand',
        )
      if (m * k * p === 0) return make(allocate(m * p), [m, p])
      const product = matMul(a, b)
      return dtype === 'float64' ? make(product, [m, p]) : store(product, [m, p])
    },
  }

  return makeBackend(primitives, fusedKernels(memory, primitives))
}
