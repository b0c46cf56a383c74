import { untyped } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Host, hostNormal, type TensorFunction } from '../testing/central-difference.js'
import { expectGradient } from '../testing/expect-gradient.js'

/** A way to use an operation, with operands to use it on. */
interface Use {
  readonly f: TensorFunction
  readonly operands: readonly Host[]
}

const seed = fc.integer({ min: 0, max: 1e6 })
const size = fc.integer({ min: 1, max: 4 })
const shape = fc.array(size, { minLength: 0, maxLength: 3 })
const full = (minimum: number) => fc.array(size, { minLength: minimum, maxLength: 3 })

const positive = (x: number): number => 0.4 + Math.abs(x)
// Away from 0 by more than the step of the differences.
const apart = (x: number): number => x + 0.1 * Math.sign(x)

/** One operand of any shape. */
const unary = (f: TensorFunction, through?: (x: number) => number): fc.Arbitrary<Use> =>
  fc.record({ seed, shape }).map((at) => ({ f, operands: [hostNormal(at.seed, at.shape, through)] }))

/** Shapes that broadcast to `target`: leading axes dropped, some axes 1. */
const stretchedTo = (target: readonly number[]): fc.Arbitrary<number[]> =>
  fc
    .record({ drop: fc.nat({ max: target.length }), ones: fc.array(fc.boolean(), { minLength: target.length, maxLength: target.length }) })
    .map(({ drop, ones }) => target.map((length, axis) => (ones[axis] === true ? 1 : length)).slice(drop))

/** Two operands of shapes that broadcast, or one of them a number, on either side. */
const binary = (
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

const axisOf = (rank: number): fc.Arbitrary<number> => fc.integer({ min: -rank, max: rank - 1 })

/** A reduction over everything, or over an axis counted from either end, kept or not. */
const reduction = (name: 'sum' | 'max' | 'min'): fc.Arbitrary<Use> =>
  full(1).chain((target) =>
    fc.record({ seed, axis: fc.option(axisOf(target.length), { nil: undefined }), keepDims: fc.boolean() }).map((at) => ({
      f: (ops, [x]) => ops[name](x as never, at.axis, at.keepDims),
      operands: [hostNormal(at.seed, target)],
    })),
  )

const sizes = fc.record({ m: size, k: size, p: size, seed })

const matrices = (
  f: TensorFunction,
  shapes: (at: { m: number; k: number; p: number }) => readonly (readonly number[])[],
): fc.Arbitrary<Use> => sizes.map((at) => ({ f, operands: shapes(at).map((each, index) => hostNormal(at.seed + index, each)) }))

const rows = fc.record({ target: full(1), seed }).chain(({ target, seed }) =>
  fc.record({
    target: fc.constant(target),
    seed: fc.constant(seed),
    indices: fc.array(fc.nat({ max: (target[0] as number) - 1 }), { minLength: 1, maxLength: 5 }),
  }),
)

const activation = fc.constantFrom('identity' as const, 'tanh' as const, 'relu' as const, 'silu' as const, 'gelu' as const)
const level = fc.record({ alpha: fc.double({ min: 0.2, max: 1, noNaN: true }), sigma: fc.double({ min: 0.5, max: 1.5, noNaN: true }) })

const uses: Record<string, fc.Arbitrary<Use>> = {
  neg: unary((ops, [x]) => ops.neg(x as never)),
  abs: unary((ops, [x]) => ops.abs(x as never), apart),
  exp: unary((ops, [x]) => ops.exp(x as never)),
  log: unary((ops, [x]) => ops.log(x as never), positive),
  sqrt: unary((ops, [x]) => ops.sqrt(x as never), positive),
  square: unary((ops, [x]) => ops.square(x as never)),
  sin: unary((ops, [x]) => ops.sin(x as never)),
  cos: unary((ops, [x]) => ops.cos(x as never)),
  tanh: unary((ops, [x]) => ops.tanh(x as never)),
  sigmoid: unary((ops, [x]) => ops.sigmoid(x as never)),
  erf: unary((ops, [x]) => ops.erf(x as never)),

  add: binary('add'),
  sub: binary('sub'),
  mul: binary('mul'),
  div: binary('div', (x) => (x < 0 ? -positive(x) : positive(x))),
  maximum: binary('maximum'),
  minimum: binary('minimum'),
  // Alone they are flat; in a product they must neither add to the derivative nor lose the other factor's.
  greater: unary((ops, [x]) => ops.mul(x as never, ops.greater(x as never, 0)), apart),
  equal: unary((ops, [x]) => ops.mul(x as never, ops.equal(x as never, x as never))),
  where: shape.chain((target) =>
    fc.record({ left: stretchedTo(target), right: stretchedTo(target), seed, number: fc.boolean() }).map((at) => ({
      f: (ops, [test, a, b]) => ops.where(ops.greater(test as never, 0), a as never, at.number ? 0.3 : (b as never)),
      operands: [hostNormal(at.seed, target, apart), hostNormal(at.seed + 1, at.left), hostNormal(at.seed + 2, at.right)],
    })),
  ),

  sum: reduction('sum'),
  max: reduction('max'),
  min: reduction('min'),

  matMul: matrices(
    (ops, [a, b]) => ops.matMul(a as never, b as never),
    ({ m, k, p }) => [
      [m, k],
      [k, p],
    ],
  ),

  reshape: fc.record({ seed, target: full(1) }).map((at) => ({
    f: (ops, [x]) => ops.reshape(x as never, [...at.target].reverse()),
    operands: [hostNormal(at.seed, at.target)],
  })),
  transpose: unary((ops, [x]) => ops.transpose(x as never)),
  broadcastTo: shape.chain((target) =>
    fc.record({ from: stretchedTo(target), seed }).map((at) => ({
      f: (ops, [x]) => ops.broadcastTo(x as never, target),
      operands: [hostNormal(at.seed, at.from)],
    })),
  ),
  slice: full(1).chain((target) =>
    axisOf(target.length).chain((axis) =>
      fc.record({ seed, ends: fc.tuple(fc.nat(target.at(axis) as number), fc.nat(target.at(axis) as number)) }).map((at) => ({
        f: (ops, [x]) => ops.slice(x as never, axis, Math.min(...at.ends), Math.max(...at.ends)),
        operands: [hostNormal(at.seed, target)],
      })),
    ),
  ),
  concat: full(1).chain((target) =>
    axisOf(target.length).chain((axis) =>
      fc.record({ seed, lengths: fc.array(size, { minLength: 1, maxLength: 3 }) }).map((at) => ({
        f: (ops, xs) => ops.concat(xs, axis),
        operands: at.lengths.map((length, index) =>
          hostNormal(
            at.seed + index,
            target.map((each, k) => (k === (axis + target.length) % target.length ? length : each)),
          ),
        ),
      })),
    ),
  ),
  takeRows: rows.map((at) => ({ f: (ops, [x]) => ops.takeRows(x as never, at.indices), operands: [hostNormal(at.seed, at.target)] })),
  scatterRows: rows.map((at) => ({
    f: (ops, [x]) => ops.scatterRows(x as never, at.indices, at.target[0] as number),
    operands: [hostNormal(at.seed, [at.indices.length, ...at.target.slice(1)])],
  })),

  squaredDistances: matrices(
    (ops, [x, y]) => ops.squaredDistances(x as never, y as never),
    ({ m, k, p }) => [
      [m, k],
      [p, k],
    ],
  ),
  logSumExp: full(1).chain((target) =>
    fc.record({ seed, axis: axisOf(target.length), keepDims: fc.boolean() }).map((at) => ({
      f: (ops, [x]) => ops.logSumExp(x as never, at.axis, at.keepDims),
      operands: [hostNormal(at.seed, target)],
    })),
  ),
  softmaxExpectation: matrices(
    (ops, [x, y]) => ops.softmaxExpectation(x as never, y as never),
    ({ m, k, p }) => [
      [m, k],
      [k, p],
    ],
  ),
  posteriorMean: fc.record({ at: sizes, level, weights: fc.boolean() }).map(({ at, level, weights }) => ({
    f: (ops, [x, points, logWeights]) =>
      ops.posteriorMean(
        x as never,
        weights ? { points: points as never, logWeights: logWeights as never } : { points: points as never },
        level,
      ),
    operands: [hostNormal(at.seed, [at.m, at.k]), hostNormal(at.seed + 1, [at.p, at.k]), hostNormal(at.seed + 2, [at.p])],
  })),
  posteriorMoments: fc
    .record({
      at: sizes,
      level,
      weights: fc.boolean(),
      part: fc.constantFrom('mean' as const, 'logDensity' as const, 'covarianceTrace' as const, 'effectiveSampleSize' as const),
    })
    .map(({ at, level, weights, part }) => ({
      f: (ops, [x, points, logWeights]) =>
        ops.posteriorMoments(
          x as never,
          weights ? { points: points as never, logWeights: logWeights as never } : { points: points as never },
          level,
        )[part],
      operands: [hostNormal(at.seed, [at.m, at.k]), hostNormal(at.seed + 1, [at.p, at.k]), hostNormal(at.seed + 2, [at.p])],
    })),
  activate: activation.chain((kind) => unary((ops, [x]) => ops.activate(x as never, kind), apart)),
  affine: activation.chain((kind) =>
    matrices(
      (ops, [x, w, b]) => ops.affine(x as never, w as never, b as never, kind),
      ({ m, k, p }) => [[m, k], [k, p], [p]],
    ),
  ),
  adamUpdate: fc
    .record({
      seed,
      target: shape,
      part: fc.constantFrom('parameter' as const, 'first' as const, 'second' as const),
      step: fc.integer({ min: 1, max: 9 }),
    })
    .map((at) => ({
      f: (ops, [parameter, first, second, gradient]) =>
        ops.adamUpdate({ parameter: parameter as never, first: first as never, second: second as never }, gradient as never, {
          rate: 0.1,
          beta1: 0.9,
          beta2: 0.99,
          epsilon: 1e-3,
          step: at.step,
        })[at.part],
      operands: [0, 1, 2, 3].map((index) => hostNormal(at.seed + index, at.target, index === 2 ? positive : undefined)),
    })),
}

// Neither has a derivative: constructors, ways in and out, memory.
const noDerivative = ['tensor', 'full', 'shape', 'read', 'isTensor', 'scope', 'free', 'liveTensors', 'normal']

describe('gradients agree with central differences', () => {
  it('has a case for every operation of a backend', () => {
    const operations = Object.entries(untyped(cpu())).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []))
    expect([...Object.keys(uses), ...noDerivative].sort()).toEqual(operations.sort())
  })

  it.each(Object.entries(uses))('%s', async (_, use) => {
    await fc.assert(
      fc.asyncProperty(use, ({ f, operands }) => expectGradient(f, operands)),
      { numRuns: 20, seed: 20240611 },
    )
  })
})
