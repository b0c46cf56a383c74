import { type Primitives, requireShape, showShape, sizeOf, tweedieError } from '@tweedie/core'
import type { WasmMemory } from '../memory/memory.js'
import type { WasmTensor } from '../memory/tensor.js'
import { splitOver } from './split-over.js'

/** Rows taken by number, and their adjoint. Row numbers go to the kernels in 32 bits. */
export const rowsByNumber = (memory: WasmMemory): Pick<Primitives<WasmTensor>, 'takeRows' | 'scatterRows'> => {
  const { machine, suffix, width, make, pointer, rawPointer, withBlock } = memory

  const withIndices = <T>(operation: string, indices: ArrayLike<number>, rows: number, body: (at: number) => T): T =>
    withBlock(indices.length * 4, (at) => {
      const words = new Uint32Array(machine.memory.buffer, at, indices.length)
      for (let k = 0; k < words.length; k++) {
        const index = indices[k] as number
        if (!Number.isInteger(index) || index < 0 || index >= rows)
          throw tweedieError('InvalidArgument', operation, `row ${index} of ${rows}`, 'Use whole numbers from 0 to rows − 1')
        words[k] = index
      }
      return body(at)
    })

  return {
    takeRows: (x, indices) => {
      const rows = requireRows('takeRows', x)
      const length = sizeOf(x.shape.slice(1))
      return withIndices('takeRows', indices, rows, (at) => {
        const from = pointer(x)
        const out = make([indices.length, ...x.shape.slice(1)])
        machine.parallel('takeRows', [from, rawPointer(out), at, length * width], indices.length, splitOver(length))
        return out
      })
    },
    scatterRows: (x, indices, rows) => {
      if (requireRows('scatterRows', x) !== indices.length)
        throw tweedieError('ShapeMismatch', 'scatterRows', `${indices.length} indices for ${showShape(x.shape)}`, 'Give one index per row')
      requireShape('scatterRows', [rows])
      const length = sizeOf(x.shape.slice(1))
      return withIndices('scatterRows', indices, rows, (at) => {
        const from = pointer(x)
        const out = make([rows, ...x.shape.slice(1)])
        machine.parallel(`fill_${suffix}`, [rawPointer(out), 0], out.size, splitOver(1))
        machine.call(`scatterRows_${suffix}`, from, rawPointer(out), at, length, indices.length)
        return out
      })
    },
  }
}

const requireRows = (operation: string, x: WasmTensor): number => {
  const rows = x.shape[0]
  if (rows === undefined) throw tweedieError('ShapeMismatch', operation, 'a scalar has no rows', 'Reshape it first')
  return rows
}
