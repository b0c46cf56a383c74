import { concatShape, type Primitives, requireBroadcastTo, requireReshape, resized, type Shape, sizeOf, sliceAxis } from '@tweedie/core'
import type { Room } from '../memory/room.js'
import type { TfTensor } from '../tf.js'
import type { Arithmetic } from './names.js'
import { rowsByNumber } from './rows.js'
import type { Run } from './run.js'

type Indexing = 'reshape' | 'transpose' | 'broadcastTo' | 'slice' | 'concat' | 'takeRows' | 'scatterRows'

/** The axes before one, itself, and the axes after it, joined: TensorFlow.js moves few axes on a GPU. */
const around = (shape: Shape, axis: number): [outer: number, size: number, inner: number] => [
  sizeOf(shape.slice(0, axis)),
  shape[axis] as number,
  sizeOf(shape.slice(axis + 1)),
]

/** Shape and indexing: numbers are moved as they are. What holds none never meets a device. */
export const indexing = (run: Run, sum: Arithmetic['sum'], room: Room): Pick<Primitives<TfTensor>, Indexing> => {
  const { kernel, reshape, empty, within } = run
  return {
    reshape: (x, shape) => {
      requireReshape(x.shape, shape)
      return x.size === 0 ? empty(shape) : reshape(x, shape)
    },
    transpose: (x) => {
      const shape = [...x.shape].reverse()
      if (x.size === 0) return empty(shape)
      if (x.rank < 2) return reshape(x, shape)
      return kernel('Transpose', { x }, { perm: shape.map((_, k) => x.rank - 1 - k) })
    },
    broadcastTo: (x, shape) => {
      requireBroadcastTo(x.shape, shape)
      if (sizeOf(shape) === 0) return empty(shape)
      room('broadcastTo', shape)
      return run.stretch(x, shape)
    },
    slice: (x, axis, from, to) => {
      const at = sliceAxis(x.shape, axis, from, to)
      const shape = resized(x.shape, at, to - from)
      if (sizeOf(shape) === 0) return empty(shape)
      const [outer, size, inner] = around(x.shape, at)
      if (to - from === size) return reshape(x, shape)
      return within(() =>
        reshape(kernel('Slice', { x: reshape(x, [outer, size, inner]) }, { begin: [0, from, 0], size: [outer, to - from, inner] }), shape),
      )
    },
    concat: (xs, axis) => {
      const [at, shape] = concatShape(
        xs.map((x) => x.shape),
        axis,
      )
      const filled = xs.filter((x) => x.size > 0)
      const [first] = filled
      if (first === undefined) return empty(shape)
      if (filled.length === 1) return reshape(first, shape)
      room('concat', shape)
      return within(() =>
        reshape(
          kernel(
            'Concat',
            filled.map((x) => reshape(x, around(x.shape, at))),
            { axis: 1 },
          ),
          shape,
        ),
      )
    },
    ...rowsByNumber(run, sum, room),
  }
}
