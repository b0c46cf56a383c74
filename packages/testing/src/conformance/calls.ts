import type { OperationName, Shape } from '@tweedie/core'
import fc from 'fast-check'
import { cloudCalls } from './calls-clouds.js'
import { indexingCalls } from './calls-indexing.js'
import type { Declared } from './declared.js'
import type { Call } from './definitions.js'
import type { Format } from './format.js'
import { HostTensor } from './host-tensor.js'
import { tensorOf } from './tensors.js'
import { type Values, valuesOf } from './values.js'

const sizes = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 3 }) }, { weight: 1, arbitrary: fc.constant(0) })

/** Shapes of rank 0 to 4, empty axes included. */
export const shapesFrom = (fewest: number, most = 4): fc.Arbitrary<number[]> => fc.array(sizes, { minLength: fewest, maxLength: most })

/** Shapes that broadcast together: each is the end of one shape with some sizes made 1. */
const broadcastable = (count: number): fc.Arbitrary<Shape[]> =>
  shapesFrom(0).chain((shape) =>
    fc.array(
      fc.tuple(fc.nat(shape.length), fc.nat(15)).map(([drop, ones]) => shape.map((size, k) => ((ones >> k) & 1 ? 1 : size)).slice(drop)),
      { minLength: count, maxLength: count },
    ),
  )

const axisOf = (shape: Shape): fc.Arbitrary<number> => fc.integer({ min: -shape.length, max: shape.length - 1 })

const elementwiseCalls = ({ any }: Values, largestAngle: number) => {
  const tensor = fc.tuple(shapesFrom(0), any).chain(([shape, numbers]) => tensorOf(shape, numbers))
  const turned = (value: number): number => (Number.isFinite(value) && Math.abs(value) > largestAngle ? value % largestAngle : value)
  const angle = tensor.map((x) => new HostTensor(x.shape, x.data.map(turned)))
  const pair = fc
    .tuple(broadcastable(2), any)
    .chain(([[a, b], numbers]) =>
      fc.oneof(
        { weight: 4, arbitrary: fc.tuple(tensorOf(a as Shape, numbers), tensorOf(b as Shape, numbers)) },
        { weight: 1, arbitrary: fc.tuple(tensorOf(a as Shape, numbers), numbers) },
        { weight: 1, arbitrary: fc.tuple(numbers, tensorOf(b as Shape, numbers)) },
      ),
    )
  const flags = fc.constantFrom(0, -0, 1, -3)
  const choice = fc.tuple(broadcastable(3), any).chain(([[c, a, b], numbers]) => {
    const side = (shape: Shape | undefined) => fc.oneof({ weight: 3, arbitrary: tensorOf(shape as Shape, numbers) }, numbers)
    return fc.tuple(tensorOf(c as Shape, flags), side(a), side(b))
  })
  const one = tensor.map((x) => [x])
  return {
    ...{ neg: one, abs: one, exp: one, log: one, sqrt: one, square: one, tanh: one, sigmoid: one, erf: one },
    ...{ sin: angle.map((x) => [x]), cos: angle.map((x) => [x]) },
    ...{ add: pair, sub: pair, mul: pair, div: pair, maximum: pair, minimum: pair, greater: pair, equal: pair },
    where: choice,
  }
}

const reductionCalls = ({ any, finite, ordinary, within }: Values) => {
  /** Small and of any kind, or long, where the way of adding shows. */
  const operand = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(shapesFrom(1), any).chain(([shape, numbers]) => tensorOf(shape, numbers)) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom([300], [2, 257], [300, 3]), finite).chain(([shape, n]) => tensorOf(shape, n)) },
  )
  const overAxis = operand.chain((x) => fc.tuple(fc.constant(x), axisOf(x.shape), fc.boolean()))
  const overAll = fc.tuple(fc.tuple(shapesFrom(0), any).chain(([shape, numbers]) => tensorOf(shape, numbers)))
  const reduction = fc.oneof({ weight: 3, arbitrary: overAxis }, { weight: 1, arbitrary: overAll })
  const logits = fc
    .tuple(shapesFrom(1), fc.constantFrom(ordinary, within(1000), fc.oneof(ordinary, fc.constant(Number.NEGATIVE_INFINITY))))
    .chain(([shape, numbers]) => tensorOf(shape, numbers).chain((x) => fc.tuple(fc.constant(x), axisOf(shape), fc.boolean())))
  const product = fc
    .tuple(fc.oneof({ weight: 8, arbitrary: fc.tuple(sizes, sizes, sizes) }, fc.constantFrom([5, 60, 7], [9, 5, 3], [2, 300, 2])), any)
    .chain(([[m, k, p], numbers]) => fc.tuple(tensorOf([m as number, k as number], numbers), tensorOf([k as number, p as number], numbers)))
  const distances = fc
    .tuple(sizes, sizes, sizes, any)
    .chain(([m, d, n, numbers]) => fc.tuple(tensorOf([m, d], numbers), tensorOf([n, d], numbers)))
  return {
    ...{ sum: reduction, max: reduction, min: reduction, logSumExp: fc.oneof(logits, overAxis) },
    ...{ matMul: product, squaredDistances: distances },
  }
}

const networkCalls = ({ any, ordinary, within, finite }: Values, { round }: Format) => {
  const names = fc.constantFrom('identity', 'tanh', 'relu', 'silu', 'gelu')
  const activate = fc
    .tuple(names, shapesFrom(0), any)
    .chain(([name, shape, numbers]) => fc.tuple(tensorOf(shape, numbers), fc.constant(name)))
  const activationGradient = fc
    .tuple(names, shapesFrom(0), any, any)
    .chain(([name, shape, adjoints, kept]) => fc.tuple(tensorOf(shape, adjoints), tensorOf(shape, kept), fc.constant(name)))
  const affine = fc
    .tuple(fc.oneof(fc.tuple(sizes, sizes, sizes), fc.constantFrom([4, 40, 6])), fc.constantFrom(ordinary, within(1), within(300)), names)
    .chain(([[m, i, o], numbers, name]) => {
      const [rows, inner, columns] = [m as number, i as number, o as number]
      const bias = fc.constantFrom<Shape>([columns], [columns], [1], [], [rows, columns], [rows, 1])
      return fc.tuple(
        tensorOf([rows, inner], numbers),
        tensorOf([inner, columns], numbers),
        bias.chain((shape) => tensorOf(shape, numbers)),
        fc.constant(name),
      )
    })
  const settings = fc.record({
    rate: fc.constantFrom(0.01, 1e-3, 1),
    beta1: fc.constantFrom(0.9, 0, 0.5),
    beta2: fc.constantFrom(0.999, 0, 0.9),
    epsilon: fc.constantFrom(1e-8, 1e-5),
    step: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 1000 })),
  })
  const adam = fc.tuple(shapesFrom(0, 3), finite, settings).chain(([shape, numbers, step]) =>
    fc
      .tuple(tensorOf(shape, numbers), tensorOf(shape, numbers), tensorOf(shape, numbers), tensorOf(shape, numbers))
      .map(([parameter, first, second, gradient]) => [
        {
          parameter,
          first,
          second: new HostTensor(
            shape,
            second.data.map((value) => round(Math.abs(value))),
          ),
        },
        gradient,
        step,
      ]),
  )
  return { activate, activationGradient, affine, adamUpdate: adam }
}

/** Calls of every operation. */
export const callsOf = (format: Format, declared: Declared): Readonly<Record<OperationName, fc.Arbitrary<Call>>> => {
  const values = valuesOf(format, declared)
  const operands: Readonly<Record<OperationName, fc.Arbitrary<readonly unknown[]>>> = {
    ...elementwiseCalls(values, declared.largestAngle ?? Number.MAX_VALUE),
    ...reductionCalls(values),
    ...indexingCalls(values, shapesFrom, axisOf),
    ...networkCalls(values, format),
    ...cloudCalls(values, format),
  }
  return Object.fromEntries(
    Object.entries(operands).map(([operation, arbitrary]) => [operation, arbitrary.map((each) => ({ operation, operands: each }))]),
  ) as Readonly<Record<OperationName, fc.Arbitrary<Call>>>
}
