import { absoluteSum, compensatedDot, compensatedSum, plus, times, twoSum } from './exact.js'
import { type Element, type Expected, fromElements, relative } from './expected.js'
import { along, type HostTensor, row } from './host-tensor.js'

/** Folds along an axis, or over everything. */
const reduction =
  (element: (values: readonly number[]) => Element) =>
  (x: HostTensor, axis?: number, keepDims = false): Expected => {
    const { shape, lines } = axis === undefined ? { shape: [], lines: [[...x.data]] } : along(x, axis, keepDims)
    return {
      ...fromElements(shape, lines.map(element)),
      terms: Math.max(1, lines[0]?.length ?? 0),
      emptyAxis: lines.some((line) => line.length === 0),
    }
  }

const own = (value: number): Element => ({ value, scale: Number.isFinite(value) ? Math.abs(value) : 0, reach: 0 })

/** Without spreading arguments, of which there can be too many. */
const extreme = (start: number, choose: (a: number, b: number) => number) =>
  reduction((values) => own(values.reduce((best, value) => choose(best, value), start)))

/** ln Σ eˣ, by its largest term. */
export const logSumExp = (values: readonly number[]): number => {
  const top = values.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY)
  if (!Number.isFinite(top)) return top
  // The largest term is 1; the others are small beside it, or as large, and log1p keeps their digits.
  const first = values.indexOf(top)
  return top + Math.log1p(compensatedSum(values.filter((_, k) => k !== first).map((value) => Math.exp(value - top))))
}

/** ln Σ eˣ is rounded beside its largest term, and where it is near 0 the logarithm of a number near 1 is rounded beside 1. */
export const logSumExpScale = (values: readonly number[]): number => {
  const total = logSumExp(values)
  return Number.isFinite(total) ? Math.max(1, Math.abs(total)) : 0
}

export const reductionDefinitions = {
  /** Scale Σ |x|: the error of a sum is relative to what is added, not to what cancels. */
  sum: reduction((values) => ({ value: compensatedSum(values), scale: absoluteSum(values) })),
  max: extreme(Number.NEGATIVE_INFINITY, Math.max),
  min: extreme(Number.POSITIVE_INFINITY, Math.min),
  logSumExp: reduction((values) => ({ value: logSumExp(values), scale: logSumExpScale(values) })),

  /** Scale |a|·|b|, for the same reason. */
  matMul: (a: HostTensor, b: HostTensor): Expected => {
    const [m, p] = [a.shape[0] as number, b.shape[1] as number]
    const { lines: columns } = along(b, 0, false)
    const elements = Array.from({ length: m }, (_, i) => row(a, i)).flatMap((left) =>
      columns.map((right): Element => {
        const products = left.map((value, k) => value * (right[k] as number))
        const finite = left.every(Number.isFinite) && right.every(Number.isFinite)
        return {
          value: finite ? compensatedDot(left, right) : products.reduce((sum, value) => sum + value, 0),
          scale: absoluteSum(products),
          // Where all is finite, a product that is not has overflowed.
          reach: finite ? products.reduce((sum, value) => sum + Math.abs(value), 0) : absoluteSum(products),
        }
      }),
    )
    return { ...fromElements([m, p], elements), terms: Math.max(1, a.shape[1] as number) }
  },

  /**
   * Scale Σ (x_j − y_j)², which is the value: every term is a square and every difference is rounded once. An expanded square is rounded
   * beside |x|² + |y|², and does not conform.
   */
  squaredDistances: (x: HostTensor, y: HostTensor): Expected => {
    const [m, n] = [x.shape[0] as number, y.shape[0] as number]
    const result = relative({
      shape: [m, n],
      data: Array.from({ length: m }, (_, i) => row(x, i)).flatMap((query) =>
        Array.from({ length: n }, (_, k) => {
          const point = row(y, k)
          const differences = query.map((value, j) => twoSum(value, -(point[j] as number)))
          const [square, rest] = differences.map((each) => times(each, each)).reduce(plus, [0, 0])
          return Number.isFinite(square) ? square + rest : differences.reduce((sum, [value]) => sum + value * value, 0)
        }),
      ),
    })
    return { ...result, terms: Math.max(1, x.shape[1] as number) }
  },
}
