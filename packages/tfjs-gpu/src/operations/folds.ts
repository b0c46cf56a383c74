import { reducedShape, sizeOf } from '@tweedie/core'
import type { TfTensor } from '../tf.js'
import type { Arithmetic } from './names.js'
import type { Run } from './run.js'

/** Folds over an axis by blocks, for devices that add from one end to the other or begin a maximum at a finite number. */

/** Numbers that one block adds: its error is at most 8 units. */
const BLOCK = 16

/** [outer, count, inner] of a fold over an axis, or over everything, and the shape of what is left. */
const laidOut = (x: TfTensor, axis: number | undefined, keepDims: boolean) =>
  axis === undefined
    ? { shape: keepDims ? x.shape.map(() => 1) : [], inside: [1, x.size, 1] as const }
    : {
        shape: reducedShape(x.shape, axis, keepDims),
        inside: [sizeOf(x.shape.slice(0, axis)), x.shape[axis] as number, sizeOf(x.shape.slice(axis + 1))] as const,
      }

/** Sums of blocks, then the sums of those, until one is left: an error that grows with the logarithm of the count. */
export const blockwiseSum =
  (run: Run, sum: Arithmetic['sum']): Arithmetic['sum'] =>
  (x, axis, keepDims = false) =>
    run.within(() => {
      const { shape, inside } = laidOut(x, axis, keepDims)
      const [outer, count, inner] = inside
      let [part, left] = [run.reshape(x, inside), count]
      while (left > BLOCK) {
        const blocks = Math.ceil(left / BLOCK)
        const missing = blocks * BLOCK - left
        if (missing > 0) {
          const zeros = run.stretch(0, [outer, missing, inner])
          part = run.kernel('Concat', [part, zeros], { axis: 1 })
        }
        part = sum(run.reshape(part, [outer, blocks, BLOCK, inner]), 2)
        left = blocks
      }
      return run.reshape(sum(part, 1), shape)
    })

/** The larger of two halves, until one row is left; `choose` is the maximum or the minimum of two tensors. */
export const halvingExtreme =
  (run: Run, choose: (a: TfTensor, b: TfTensor) => TfTensor): Arithmetic['max'] =>
  (x, axis, keepDims = false) =>
    run.within(() => {
      const { shape, inside } = laidOut(x, axis, keepDims)
      const [outer, count, inner] = inside
      let [part, left] = [run.reshape(x, inside), count]
      while (left > 1) {
        const half = Math.ceil(left / 2)
        const rows = (from: number): TfTensor => run.kernel('Slice', { x: part }, { begin: [0, from, 0], size: [outer, half, inner] })
        // The halves of an odd number overlap in a row, which changes no maximum.
        part = choose(rows(0), rows(left - half))
        left = half
      }
      return run.reshape(part, shape)
    })
