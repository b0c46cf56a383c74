import { broadcastShapes, type Shape, showShape } from '@tweedie/core'
import fc from 'fast-check'

/** How an operand lies in a backend's memory: as it was put there, or as a view of something else. */
export type Layout = 'plain' | 'transposed' | 'sliced' | 'stretched' | 'sliced from transposed'

/** A tensor as plain numbers, row-major: an operand of a call, or what a definition gives. */
export class HostTensor {
  constructor(
    readonly shape: Shape,
    readonly data: readonly number[],
    readonly layout: Layout = 'plain',
  ) {}

  /** How counterexamples show it. */
  [fc.toStringMethod](): string {
    const numbers = this.data.map((value) => (Object.is(value, -0) ? '-0' : String(value)))
    const shown = numbers.length > 60 ? [...numbers.slice(0, 60), `… ${numbers.length} numbers`] : numbers
    return `${showShape(this.shape)}${this.layout === 'plain' ? '' : `, ${this.layout},`} of {${shown.join(', ')}}`
  }
}

/** Every index of a shape, in row-major order. */
export const indicesOf = (shape: Shape): number[][] =>
  shape.reduce<number[][]>((all, size) => all.flatMap((index) => Array.from({ length: size }, (_, k) => [...index, k])), [[]])

/** The element at an index. An axis of size 1 answers to every index and axes that are not there are skipped, which is broadcasting. */
export const at = ({ shape, data }: HostTensor, index: readonly number[]): number => {
  const lead = index.length - shape.length
  let position = 0
  for (let axis = 0; axis < shape.length; axis++) {
    const size = shape[axis] as number
    position = position * size + (size === 1 ? 0 : (index[lead + axis] as number))
  }
  return data[position] as number
}

/** A tensor from a function of the index. */
export const build = (shape: Shape, element: (index: number[]) => number): HostTensor =>
  new HostTensor(shape, indicesOf(shape).map(element))

/** f over broadcast operands; a number is a scalar. */
export const zip = (f: (...values: number[]) => number, ...operands: readonly (HostTensor | number)[]): HostTensor => {
  const tensors = operands.map((x) => (typeof x === 'number' ? new HostTensor([], [x]) : x))
  const shape = tensors.reduce<Shape>((joined, x) => broadcastShapes('definition', joined, x.shape), [])
  const [only] = tensors
  if (tensors.length === 1 && only)
    return new HostTensor(
      shape,
      only.data.map((value) => f(value)),
    )
  return build(shape, (index) => f(...tensors.map((x) => at(x, index))))
}

/** What lies along an axis, for each place across it (in row-major order), and the shape across it. */
export const along = (x: HostTensor, axis: number, keepDims: boolean): { readonly shape: Shape; readonly lines: number[][] } => {
  const at = axis < 0 ? axis + x.shape.length : axis
  const count = x.shape[at] as number
  const product = (sizes: Shape): number => sizes.reduce((all, size) => all * size, 1)
  const [outer, inner] = [product(x.shape.slice(0, at)), product(x.shape.slice(at + 1))]
  const lines: number[][] = []
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) lines.push(Array.from({ length: count }, (_, k) => x.data[(o * count + k) * inner + i] as number))
  return { shape: keepDims ? x.shape.map((size, k) => (k === at ? 1 : size)) : x.shape.filter((_, k) => k !== at), lines }
}

/** Row i of a matrix. */
export const row = ({ shape, data }: HostTensor, i: number): readonly number[] => {
  const width = shape[1] as number
  return data.slice(i * width, (i + 1) * width)
}

/** The same numbers in another layout. A stretched tensor has equal rows, those of its first one. */
export const laidOut = (x: HostTensor, layout: Layout): HostTensor => {
  const rows = x.shape[0] ?? 0
  if (rows === 0) return x
  if (layout !== 'stretched') return new HostTensor(x.shape, x.data, layout)
  const width = x.data.length / rows
  return new HostTensor(
    x.shape,
    x.data.map((_, k) => x.data[k % width] as number),
    layout,
  )
}
