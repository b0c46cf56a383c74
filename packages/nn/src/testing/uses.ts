import fc from 'fast-check'
import { type Host, hostNormal, type TensorFunction } from './central-difference.js'

/** A way to use an operation, with operands to use it on. */
export interface Use {
  readonly f: TensorFunction
  readonly operands: readonly Host[]
}

export const seed = fc.integer({ min: 0, max: 1e6 })
/** Mostly 1 to 4; an axis may be empty. */
export const size = fc.oneof({ weight: 12, arbitrary: fc.integer({ min: 1, max: 4 }) }, { weight: 1, arbitrary: fc.constant(0) })
export const shape = fc.array(size, { minLength: 0, maxLength: 3 })
export const full = (minimum: number) => fc.array(size, { minLength: minimum, maxLength: 3 })

export const positive = (x: number): number => 0.4 + Math.abs(x)
// Away from 0 by more than the step of the differences.
export const apart = (x: number): number => x + 0.1 * Math.sign(x)

/** One operand of any shape. */
export const unary = (f: TensorFunction, through?: (x: number) => number): fc.Arbitrary<Use> =>
  fc.record({ seed, shape }).map((at) => ({ f, operands: [hostNormal(at.seed, at.shape, through)] }))

/** Shapes that broadcast to `target`: leading axes dropped, some axes 1. */
export const stretchedTo = (target: readonly number[]): fc.Arbitrary<number[]> =>
  fc
    .record({ drop: fc.nat({ max: target.length }), ones: fc.array(fc.boolean(), { minLength: target.length, maxLength: target.length }) })
    .map(({ drop, ones }) => target.map((length, axis) => (ones[axis] === true ? 1 : length)).slice(drop))

/** Two operands of shapes that broadcast, or one of them a number, on either side. */
export const binary = (
  operation: 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum',
  through: (x: number) => number = (x) => x,
): fc.Arbitrary<Use> =>
  shape.chain((target) =>
    fc
      .record({ left: stretchedTo(target), right: stretchedTo(target), seed, mode: fc.constantFrom('pair', 'number left', 'number right') })
      .map((at) => {
        const number = 0.3271
        const a = hostNormal(at.seed, at.left, through)
        const b = hostNormal(at.seed + 1, at.right, through)
        if (at.mode === 'number left') return { f: (ops, [x]) => ops[operation](number, x as never), operands: [a] }
        if (at.mode === 'number right') return { f: (ops, [x]) => ops[operation](x as never, number), operands: [a] }
        return { f: (ops, [x, y]) => ops[operation](x as never, y as never), operands: [a, b] }
      }),
  )

export const axisOf = (rank: number): fc.Arbitrary<number> => fc.integer({ min: -rank, max: rank - 1 })

/** A reduction over everything, or over an axis counted from either end, kept or not. */
export const reduction = (name: 'sum' | 'max' | 'min'): fc.Arbitrary<Use> =>
  full(1).chain((target) =>
    fc.record({ seed, axis: fc.option(axisOf(target.length), { nil: undefined }), keepDims: fc.boolean() }).map((at) => ({
      f: (ops, [x]) => ops[name](x as never, at.axis, at.keepDims),
      operands: [hostNormal(at.seed, target)],
    })),
  )

export const sizes = fc.record({ m: size, k: size, p: size, seed })

/** There is no posterior over no points. */
export const cloudSizes = sizes.filter(({ p }) => p > 0)

export const matrices = (
  f: TensorFunction,
  shapes: (at: { m: number; k: number; p: number }) => readonly (readonly number[])[],
): fc.Arbitrary<Use> => sizes.map((at) => ({ f, operands: shapes(at).map((each, index) => hostNormal(at.seed + index, each)) }))

export const rows = fc.record({ target: full(1), seed }).chain(({ target, seed }) =>
  fc.record({
    target: fc.constant(target),
    seed: fc.constant(seed),
    indices: fc.array(fc.nat({ max: Math.max(0, (target[0] as number) - 1) }), { maxLength: target[0] === 0 ? 0 : 5 }),
  }),
)

export const activation = fc.constantFrom('identity' as const, 'tanh' as const, 'relu' as const, 'silu' as const, 'gelu' as const)
export const level = fc.record({
  alpha: fc.double({ min: 0.2, max: 1, noNaN: true }),
  sigma: fc.double({ min: 0.5, max: 1.5, noNaN: true }),
})
