import type { OperationName } from '@tweedie/core'
import fc from 'fast-check'
import { hostNormal } from './central-difference.js'
import {
  activation,
  apart,
  axisOf,
  binary,
  cloudSizes,
  full,
  level,
  matrices,
  positive,
  reduction,
  rows,
  seed,
  shape,
  size,
  stretchedTo,
  type Use,
  unary,
} from './uses.js'

/** What takes tensors: all operations but those that make tensors out of numbers and keys. */
export type DifferentiableName = Exclude<OperationName, 'tensor' | 'full' | 'normal'>

/** How each operation of a backend is used in the tests of its derivatives: over shapes that broadcast, sizes 1 and 0, and away from kinks. */
export const operationUses: Record<DifferentiableName, fc.Arbitrary<Use>> = {
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
  posteriorMean: fc.record({ at: cloudSizes, level, weights: fc.boolean() }).map(({ at, level, weights }) => ({
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
      at: cloudSizes,
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
  activationGradient: activation.chain((kind) =>
    fc.record({ seed, shape }).map((at) => ({
      f: (ops, [v, kept]) => ops.activationGradient(v as never, kept as never, kind),
      operands: [hostNormal(at.seed, at.shape), hostNormal(at.seed + 1, at.shape, apart)],
    })),
  ),
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
