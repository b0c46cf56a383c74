import fc from 'fast-check'
import type { Backend } from '../backend/backend.js'
import { untyped } from '../backend/backend.js'
import { broadcastShapes, sizeOf } from '../backend/shape.js'
import type { Shape } from '../tensor.js'

/** Tensors as plain numbers, plain-loop references for the operations, and tensors of a backend in every memory layout. */
export interface HostTensor {
  readonly shape: Shape
  /** Row-major. */
  readonly data: readonly number[]
}

/** Every index of a shape, in row-major order. */
export const indicesOf = (shape: Shape): number[][] =>
  shape.reduce<number[][]>((all, size) => all.flatMap((index) => Array.from({ length: size }, (_, k) => [...index, k])), [[]])

/** The element at an index; an axis of size 1 answers to every index, axes that are not there are skipped (broadcasting). */
export const at = ({ shape, data }: HostTensor, index: readonly number[]): number => {
  const own = index.slice(index.length - shape.length)
  const position = shape.reduce((sum, size, axis) => sum * size + (size === 1 ? 0 : (own[axis] as number)), 0)
  return data[position] as number
}

/** A tensor from a function of the index. */
export const build = (shape: Shape, element: (index: number[]) => number): HostTensor => ({ shape, data: indicesOf(shape).map(element) })

/** f over broadcast operands. */
export const zip = (f: (...values: number[]) => number, ...operands: readonly HostTensor[]): HostTensor =>
  build(
    operands.reduce<Shape>((shape, x) => broadcastShapes('reference', shape, x.shape), []),
    (index) => f(...operands.map((x) => at(x, index))),
  )

/** A fold along one axis. */
export const fold = (f: (values: number[]) => number, x: HostTensor, axis: number, keepDims: boolean): HostTensor => {
  const count = x.shape[axis] as number
  const kept = build(
    x.shape.map((size, k) => (k === axis ? 1 : size)),
    (index) =>
      f(
        Array.from({ length: count }, (_, k) =>
          at(
            x,
            index.map((i, j) => (j === axis ? k : i)),
          ),
        ),
      ),
  )
  return keepDims ? kept : { shape: x.shape.filter((_, k) => k !== axis), data: kept.data }
}

/** How a tensor lies in memory: in order, or as a view with other strides. */
export type Layout = 'plain' | 'transposed' | 'sliced' | 'stretched' | 'slice of transposed'

export const layouts: fc.Arbitrary<Layout> = fc.constantFrom('plain', 'transposed', 'sliced', 'stretched', 'slice of transposed')

const transposed = (x: HostTensor): HostTensor => build([...x.shape].reverse(), (index) => at(x, [...index].reverse()))

/** The tensor with one more element in front and behind along an axis: what a slice must leave out. */
const padded = (x: HostTensor, axis: number): HostTensor =>
  build(
    x.shape.map((size, k) => (k === axis ? size + 2 : size)),
    (index) => {
      const i = index[axis] as number
      return i === 0 || i > (x.shape[axis] as number)
        ? 777
        : x.data.length === 0
          ? 0
          : elementAt(
              x,
              index.map((j, k) => (k === axis ? j - 1 : j)),
            )
    },
  )

const elementAt = ({ shape, data }: HostTensor, index: readonly number[]): number =>
  data[shape.reduce((sum, size, axis) => sum * size + (index[axis] as number), 0)] as number

/** A backend's tensor with these elements in this layout. A stretched one needs axis 0 to be constant (`constantRows`). */
export const inLayout = <N>(B: Backend<N>, x: HostTensor, layout: Layout): N => {
  const P = untyped(B)
  const plain = (each: HostTensor): N => P.tensor(each.data, each.shape)
  const sliced = (each: HostTensor, put: (wider: HostTensor) => N): N => {
    const axis = each.shape.length - 1
    return P.slice(put(padded(each, axis)), axis, 1, 1 + (each.shape[axis] as number))
  }
  const turned = (each: HostTensor): N => P.transpose(plain(transposed(each)))
  if (x.shape.length === 0 || layout === 'plain') return plain(x)
  if (layout === 'transposed') return turned(x)
  if (layout === 'sliced') return sliced(x, plain)
  if (layout === 'slice of transposed') return sliced(x, turned)
  const [first, ...rest] = x.shape as [number, ...number[]]
  if (first === 0) return plain(x)
  return P.broadcastTo(P.tensor(x.data.slice(0, sizeOf(rest)), rest), x.shape)
}

/** The tensor with every row (along axis 0) like the first. */
export const constantRows = (x: HostTensor): HostTensor =>
  x.shape.length === 0 ? x : { shape: x.shape, data: x.data.map((_, k) => x.data[k % (x.data.length / (x.shape[0] as number))] as number) }

/** Ordinary numbers and every special one. */
export const anyNumbers: fc.Arbitrary<number> = fc.oneof(
  { weight: 4, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }) },
  { weight: 1, arbitrary: fc.double() },
  { weight: 2, arbitrary: fc.constantFrom(0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, 1e308) },
)

export const ordinaryNumbers: fc.Arbitrary<number> = fc.double({ min: -10, max: 10, noNaN: true })

export const shapesOf = (rank: { readonly min?: number; readonly max?: number } = {}): fc.Arbitrary<number[]> =>
  fc.array(fc.nat(3), { minLength: rank.min ?? 0, maxLength: rank.max ?? 3 })

/** A host tensor with a layout it can have. */
export interface Laid extends HostTensor {
  readonly layout: Layout
}

/** Tensors of a shape, in any layout. */
export const laid = (shape: Shape, numbers: fc.Arbitrary<number> = anyNumbers): fc.Arbitrary<Laid> =>
  fc.tuple(fc.array(numbers, { minLength: sizeOf(shape), maxLength: sizeOf(shape) }), layouts).map(([data, layout]) => {
    const x = { shape, data }
    return { ...(layout === 'stretched' ? constantRows(x) : x), layout }
  })

/** Tensors of any shape, in any layout. */
export const laidAny = (
  rank: { readonly min?: number; readonly max?: number } = {},
  numbers: fc.Arbitrary<number> = anyNumbers,
): fc.Arbitrary<Laid> => shapesOf(rank).chain((shape) => laid(shape, numbers))

/** Shapes that broadcast together: each is the end of one shape with some sizes made 1. */
export const broadcastable = (count: number): fc.Arbitrary<number[][]> =>
  shapesOf().chain((shape) =>
    fc.array(
      fc
        .tuple(fc.nat(shape.length), fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }))
        .map(([drop, ones]) => shape.map((size, k) => (ones[k] ? 1 : size)).slice(drop)),
      { minLength: count, maxLength: count },
    ),
  )
