import { concatShape, type Primitives, requireBroadcastTo, requireReshape, resized, sizeOf, sliceAxis } from '@tweedie/core'
import type { WasmMemory } from '../memory/memory.js'
import type { WasmTensor } from '../memory/tensor.js'
import { rowsByNumber } from './rows.js'
import { splitOver } from './split-over.js'
import { copyStrided, stridesOf } from './strides.js'

type Indexing = 'reshape' | 'transpose' | 'broadcastTo' | 'slice' | 'concat' | 'takeRows' | 'scatterRows'

/** Shape and indexing. Reshaping, the transpose of a matrix, and slices that lie in one piece are views; the rest copy. */
export const indexing = (memory: WasmMemory): Pick<Primitives<WasmTensor>, Indexing> => {
  const { machine, width, make, view, transposedView, part, pointer, rawPointer } = memory

  /** `count` rows of so many numbers, to where they are `toStep` numbers apart. */
  const copyRows = (from: number, to: number, length: number, fromStep: number, toStep: number, count: number): void =>
    machine.parallel('copyRows', [from, to, length * width, fromStep * width, toStep * width], count, splitOver(length))

  return {
    reshape: (x, shape) => {
      requireReshape(x.shape, shape)
      return view(x, [...shape])
    },
    transpose: (x) => {
      if (x.shape.length < 2) return view(x, x.shape)
      if (x.shape.length === 2) return transposedView(x)
      return copyStrided(memory, x, [...x.shape].reverse(), [...stridesOf(x.shape)].reverse())
    },
    broadcastTo: (x, shape) => {
      requireBroadcastTo(x.shape, shape)
      if (x.size === sizeOf(shape)) return view(x, [...shape])
      const [own, lead] = [stridesOf(x.shape), shape.length - x.shape.length]
      const strides = shape.map((_, k) => (k < lead || x.shape[k - lead] === 1 ? 0 : (own[k - lead] as number)))
      return copyStrided(memory, x, shape, strides)
    },
    slice: (x, axis, from, to) => {
      const at = sliceAxis(x.shape, axis, from, to)
      const size = x.shape[at] as number
      if (at === (x.transposed ? 1 : 0)) return part(x, from, to)
      const inner = sizeOf(x.shape.slice(at + 1))
      const start = pointer(x) + from * inner * width
      const out = make(resized(x.shape, at, to - from))
      copyRows(start, rawPointer(out), (to - from) * inner, size * inner, (to - from) * inner, sizeOf(x.shape.slice(0, at)))
      return out
    },
    concat: (xs, axis) => {
      const [at, shape] = concatShape(
        xs.map((x) => x.shape),
        axis,
      )
      const total = shape[at] as number
      const pointers = xs.map(pointer)
      const out = make(shape)
      const [outer, inner] = [sizeOf(shape.slice(0, at)), sizeOf(shape.slice(at + 1))]
      let start = rawPointer(out)
      for (const [k, x] of xs.entries()) {
        const run = (x.shape[at] as number) * inner
        copyRows(pointers[k] as number, start, run, run, total * inner, outer)
        start += run * width
      }
      return out
    },
    ...rowsByNumber(memory),
  }
}
