import type { TfTensor } from '../tf.js'
import { aligned, type Masks } from './masks.js'
import type { Arithmetic, BinaryName, UnaryName } from './names.js'
import type { Operand, Run } from './run.js'

/** What a function is at numbers where kernels go wrong: the value, `itself` for x, or nothing to put right there. */
interface Exceptions {
  readonly zero?: number | 'itself'
  readonly infinity: number | 'itself'
  readonly minusInfinity: number | 'itself'
  /** NaN for every number below 0. */
  readonly negative?: number
}

const infinite = { infinity: Number.POSITIVE_INFINITY, minusInfinity: Number.POSITIVE_INFINITY }
const undefinedAtInfinity = { infinity: Number.NaN, minusInfinity: Number.NaN }

const exceptions: Readonly<Record<Exclude<UnaryName, 'neg' | 'abs'>, Exceptions>> = {
  exp: { zero: 1, infinity: Number.POSITIVE_INFINITY, minusInfinity: 0 },
  log: { zero: Number.NEGATIVE_INFINITY, infinity: Number.POSITIVE_INFINITY, minusInfinity: Number.NaN, negative: Number.NaN },
  sqrt: { zero: 'itself', infinity: Number.POSITIVE_INFINITY, minusInfinity: Number.NaN, negative: Number.NaN },
  square: infinite,
  sin: { zero: 'itself', ...undefinedAtInfinity },
  cos: { zero: 1, ...undefinedAtInfinity },
  tanh: { zero: 'itself', infinity: 1, minusInfinity: -1 },
  sigmoid: { zero: 0.5, infinity: 1, minusInfinity: 0 },
  erf: { zero: 'itself', infinity: 1, minusInfinity: -1 },
}

/** A function whose NaN, infinities and zeros are put right, whatever it gives there. */
export const guardedUnary = (
  run: Run,
  { missing, equal, below, select }: Masks,
  name: keyof typeof exceptions,
  f: (x: TfTensor) => TfTensor,
): ((x: TfTensor) => TfTensor) => {
  const { zero, infinity, minusInfinity, negative } = exceptions[name]
  return (x) =>
    run.within(() => {
      let result = f(x)
      const at = (mask: TfTensor, value: number | 'itself' | undefined): void => {
        if (value !== undefined) result = select(mask, value === 'itself' ? x : value, result)
      }
      if (negative !== undefined) at(below(x, 0), negative)
      at(equal(x, 0), zero)
      at(equal(x, Number.POSITIVE_INFINITY), infinity)
      at(equal(x, Number.NEGATIVE_INFINITY), minusInfinity)
      at(missing(x), 'itself')
      return result
    })
}

/** An operation of two operands that is NaN where one is, or 0 if it is a comparison. */
export const guardedBinary = (run: Run, { missing, select }: Masks, name: BinaryName, f: Arithmetic['add']): Arithmetic['add'] => {
  const comparison = name === 'greater' || name === 'equal'
  return (a: Operand, b: Operand) =>
    run.within(() => {
      const [left, right] = aligned(run, name, a, b)
      const either = select(missing(right), comparison ? 0 : right, f(left, right))
      return select(missing(left), comparison ? 0 : left, either)
    })
}

/** A quotient that is NaN for 0/0 and for two infinities: WebGL's takes two equal numbers for a ratio of 1. */
export const guardedQuotient = (run: Run, M: Masks, divide: Arithmetic['div']): Arithmetic['div'] => {
  const quotient = guardedBinary(run, M, 'div', divide)
  return (a, b) =>
    run.within(() => {
      const [left, right] = aligned(run, 'div', a, b)
      const [size, other] = [run.kernel('Abs', { x: left }), run.kernel('Abs', { x: right })]
      return [0, Number.POSITIVE_INFINITY].reduce(
        (result, value) => {
          const both = run.kernel('LogicalAnd', { a: M.equal(size, value), b: M.equal(other, value) })
          return M.select(both, Number.NaN, result)
        },
        quotient(left, right),
      )
    })
}

/** A maximum or minimum that is NaN where one number is. */
export const guardedExtreme = (
  { float, kernel, within }: Run,
  { missing, select, equal, not }: Masks,
  f: Arithmetic['max'],
): Arithmetic['max'] => {
  return (x, axis, keepDims = false) =>
    within(() => {
      const axes = axis === undefined ? x.shape.map((_, k) => k) : [axis]
      const some = kernel('Sum', { x: float(missing(x)) }, { axis: axes, keepDims })
      return select(not(equal(some, 0)), Number.NaN, f(x, axis, keepDims))
    })
}
