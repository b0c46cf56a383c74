import { operationTable, type Primitives, sizeOf } from '@tweedie/core'
import type { Room } from '../memory/room.js'
import type { TfTensor } from '../tf.js'
import type { Arithmetic } from './names.js'
import type { Run } from './run.js'
import { layered } from './segments.js'

/** Rows by number. */
export const rowsByNumber = (run: Run, sum: Arithmetic['sum'], room: Room): Pick<Primitives<TfTensor>, 'takeRows' | 'scatterRows'> => {
  const { takeRows, scatterRows } = operationTable<TfTensor>()
  const { kernel, reshape, within } = run
  const shapeOf = (x: TfTensor): readonly number[] => x.shape

  /** [R, width] and the numbers of rows → [rows, width]. */
  const gather = (x: TfTensor, rows: Int32Array): TfTensor =>
    kernel('GatherV2', { x, indices: run.tf.engine().makeTensor(rows, [rows.length], 'int32') }, { axis: 0, batchDims: 0 })

  return {
    takeRows: (x, indices) => {
      const shape = takeRows.resultShapes([x, indices], shapeOf)[0] as readonly number[]
      if (sizeOf(shape) === 0) return run.empty(shape)
      room('takeRows', shape)
      return within(() =>
        reshape(gather(reshape(x, [x.shape[0] as number, x.size / (x.shape[0] as number)]), Int32Array.from(indices)), shape),
      )
    },
    // By sums of gathered rows, since the numbers are known to the host: TensorFlow.js compares every row with every number, or has no kernel.
    scatterRows: (x, indices, rows) => {
      const shape = scatterRows.resultShapes([x, indices, rows], shapeOf)[0] as readonly number[]
      if (sizeOf(shape) === 0) return run.empty(shape)
      room('scatterRows', shape)
      return within(() => {
        if (x.size === 0) return run.stretch(0, shape)
        const width = sizeOf(shape.slice(1))
        let part = reshape(x, [indices.length, width])
        for (const { sources, length, count } of layered(indices, rows)) {
          const withZero = kernel('Concat', [part, run.stretch(0, [1, width])], { axis: 0 })
          const gathered = gather(withZero, sources)
          part = length === 1 ? gathered : sum(reshape(gathered, [count, length, width]), 1)
        }
        return reshape(part, shape)
      })
    },
  }
}
