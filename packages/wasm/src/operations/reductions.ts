import { type Primitives, reducedShape, resolveAxis, sizeOf } from '@tweedie/core'
import type { WasmMemory } from '../memory/memory.js'
import type { WasmTensor } from '../memory/tensor.js'
import { splitOver } from './split-over.js'

type Name = 'sum' | 'max' | 'min'

/** Columns that the kernel of sums takes together, with 24 bytes of scratch each. */
const STRIP = 64

/**
 * Sum, maximum and minimum over one axis or over everything. With u = 2⁻⁵³ a sum is off by at most 19 u Σ|x| but for terms in u², however many
 * numbers there are, and in float32 by the one rounding of its result besides.
 */
export const reductions = (memory: WasmMemory): Pick<Primitives<WasmTensor>, Name> => {
  const { machine, suffix, make, pointer, rawPointer } = memory

  /** Memory of [outer, count, inner] numbers at `from` → [outer, inner] at `to`. */
  const fold = (name: Name, from: number, to: number, outer: number, count: number, inner: number): void => {
    if (inner === 1) machine.parallel(`${name}Rows_${suffix}`, [from, to, count], outer, splitOver(count))
    else if (name !== 'sum') machine.parallel(`${name}Columns_${suffix}`, [from, to, count, inner], outer, splitOver(count * inner))
    else {
      const strips = Math.ceil(inner / STRIP)
      const split = { ...splitOver((count * inner) / strips), scratch: 24 * STRIP }
      machine.parallel(`sumColumns_${suffix}`, [from, to, count, inner], outer * strips, split)
    }
  }

  const reduction =
    (name: Name) =>
    (x: WasmTensor, axis?: number, keepDims = false): WasmTensor => {
      if (axis === undefined) {
        const from = rawPointer(x)
        const out = make([])
        fold(name, from, rawPointer(out), 1, x.size, 1)
        return out
      }
      const at = resolveAxis(name, x.shape, axis)
      const shape = reducedShape(x.shape, at, keepDims)
      // The rows of a transposed view are the columns of its memory.
      const [inMemory, along] = x.transposed ? [[...x.shape].reverse(), 1 - at] : [x.shape, at]
      const from = x.transposed ? rawPointer(x) : pointer(x)
      const out = make(shape)
      fold(name, from, rawPointer(out), sizeOf(inMemory.slice(0, along)), inMemory[along] as number, sizeOf(inMemory.slice(along + 1)))
      return out
    }

  return { sum: reduction('sum'), max: reduction('max'), min: reduction('min') }
}
