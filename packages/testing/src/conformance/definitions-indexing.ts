import { broadcastShapes, type Key, normalArray, type Shape, sizeOf } from '@tweedie/core'
import { absoluteSum, compensatedSum } from './exact.js'
import { bits, type Expected, fromElements } from './expected.js'
import type { Format } from './format.js'
import { at, build, type HostTensor } from './host-tensor.js'

const resolved = (x: HostTensor, axis: number): number => (axis < 0 ? axis + x.shape.length : axis)
const replaced = (shape: Shape, axis: number, size: number): number[] => shape.map((each, k) => (k === axis ? size : each))

/** What only moves numbers gives their bits. */
export const indexingDefinitions = {
  reshape: (x: HostTensor, shape: Shape): Expected => bits({ shape, data: x.data }),
  transpose: (x: HostTensor): Expected => bits(build([...x.shape].reverse(), (index) => at(x, [...index].reverse()))),
  broadcastTo: (x: HostTensor, shape: Shape): Expected => bits(build(broadcastShapes('broadcastTo', x.shape, shape), (i) => at(x, i))),
  slice: (x: HostTensor, axis: number, from: number, to: number): Expected => {
    const along = resolved(x, axis)
    const source = (index: readonly number[]): number =>
      x.data[x.shape.reduce((sum, size, k) => sum * size + (index[k] as number) + (k === along ? from : 0), 0)] as number
    return bits(build(replaced(x.shape, along, to - from), source))
  },
  concat: (xs: readonly HostTensor[], axis: number): Expected => {
    const first = xs[0] as HostTensor
    const along = resolved(first, axis)
    const pieces = xs.flatMap((x) => Array.from({ length: x.shape[along] as number }, (_, k) => ({ x, k })))
    return bits(
      build(replaced(first.shape, along, pieces.length), (index) => {
        const { x, k } = pieces[index[along] as number] as { x: HostTensor; k: number }
        return x.data[x.shape.reduce((sum, size, j) => sum * size + (j === along ? k : (index[j] as number)), 0)] as number
      }),
    )
  },
  takeRows: (x: HostTensor, indices: readonly number[]): Expected => {
    const width = sizeOf(x.shape.slice(1))
    return bits({
      shape: [indices.length, ...x.shape.slice(1)],
      data: indices.flatMap((i) => x.data.slice(i * width, (i + 1) * width)),
    })
  },
  /** A sum of the rows that go to the same place: scale Σ |x|. */
  scatterRows: (x: HostTensor, indices: readonly number[], rows: number): Expected => {
    const width = sizeOf(x.shape.slice(1))
    const elements = Array.from({ length: rows * width }, (_, place) => {
      const [i, j] = [Math.floor(place / width), place % width]
      const values = indices.flatMap((target, k) => (target === i ? [x.data[k * width + j] as number] : []))
      return { value: compensatedSum(values), scale: absoluteSum(values) }
    })
    return { ...fromElements([rows, ...x.shape.slice(1)], elements), terms: Math.max(1, indices.length) }
  },
  tensor: (data: readonly number[], shape: Shape): Expected => bits({ shape, data }),
  full: (shape: Shape, value: number): Expected => bits(build(shape, () => value)),
}

/** Number `first + e` of the key's stream, rounded to the type: the same bits on every backend. */
export const normalDefinition = ({ round }: Format) => ({
  normal: (key: Key, shape: Shape, first = 0): Expected => bits({ shape, data: Array.from(normalArray(key, sizeOf(shape), first), round) }),
})
