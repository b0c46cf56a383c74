import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CpuTensor, cpu } from '../cpu/index.js'
import { isTweedieError } from '../errors.js'
import { key } from '../random/key.js'
import { untyped } from './backend.js'
import { operationRows, operationTable } from './operation-table.js'
import type { ArgumentsOf, OperationName } from './table/row.js'

const P = untyped(cpu())
const table = operationTable<CpuTensor>()

// Sizes are few, so that operands often fit and often do not; a size, an axis or an index may be nonsense.
const sizes = fc.constantFrom(0, 1, 2, 2, 3)
const shapes = fc.array(sizes, { maxLength: 3 })
const matrices = fc.oneof({ weight: 5, arbitrary: fc.tuple(sizes, sizes) }, { weight: 1, arbitrary: shapes })
const wantedShapes = fc.oneof({ weight: 5, arbitrary: shapes }, { weight: 1, arbitrary: fc.constantFrom([-1], [2, 0.5], [Number.NaN]) })
const positions = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: -1, max: 4 }) }, { weight: 1, arbitrary: fc.constant(0.5) })
const indices = fc.array(positions, { maxLength: 3 })
const filled = (of: fc.Arbitrary<number[]>): fc.Arbitrary<CpuTensor> =>
  fc.tuple(of, fc.double({ min: -2, max: 2, noNaN: true })).map(([shape, value]) => P.full(shape, value))
const tensors = filled(shapes)
const matrix = filled(matrices)
const operand = fc.oneof({ weight: 4, arbitrary: tensors }, { weight: 1, arbitrary: fc.double({ noNaN: true }) })
const axis = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: -3, max: 2 }) }, { weight: 1, arbitrary: fc.constantFrom(0.5, 7) })
const activation = fc.constantFrom('identity' as const, 'tanh' as const, 'relu' as const, 'silu' as const, 'gelu' as const)

const unary = fc.tuple(tensors)
const binary = fc.tuple(operand, operand)
const reduction = fc.oneof(fc.tuple(tensors), fc.tuple(tensors, axis), fc.tuple(tensors, axis, fc.boolean()))
const posterior = fc.tuple(
  matrix,
  fc.oneof(
    matrix.map((points) => ({ points })),
    fc.record({ points: matrix, logWeights: tensors }),
    matrix.map((points) => ({ points, logWeights: P.full([points.shape[0] ?? 1], 0) })),
  ),
  fc.record({ alpha: fc.constant(0.5), sigma: fc.constantFrom(1, 0.5, 1, 0, Number.NaN) }),
)
const settings = { rate: 1e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, step: 1 }

/** Arguments of every operation, right and wrong. */
const args: { readonly [K in OperationName]: fc.Arbitrary<ArgumentsOf<CpuTensor, K>> } = {
  tensor: fc.tuple(fc.array(fc.double(), { maxLength: 6 }), wantedShapes),
  full: fc.tuple(wantedShapes, fc.double()),
  normal: fc.oneof(
    fc.tuple(fc.constant(key(1)), wantedShapes),
    fc.tuple(fc.constant(key(1)), wantedShapes, fc.constantFrom(0, 5, -1, 0.5)),
  ),
  neg: unary,
  abs: unary,
  exp: unary,
  log: unary,
  sqrt: unary,
  square: unary,
  sin: unary,
  cos: unary,
  tanh: unary,
  sigmoid: unary,
  erf: unary,
  add: binary,
  sub: binary,
  mul: binary,
  div: binary,
  maximum: binary,
  minimum: binary,
  greater: binary,
  equal: binary,
  where: fc.tuple(tensors, operand, operand),
  sum: reduction,
  max: reduction,
  min: reduction,
  matMul: fc.tuple(matrix, matrix),
  reshape: fc.tuple(tensors, wantedShapes),
  transpose: unary,
  broadcastTo: fc.tuple(tensors, wantedShapes),
  slice: fc.tuple(tensors, axis, positions, positions),
  concat: fc.tuple(fc.array(tensors, { maxLength: 3 }), axis),
  takeRows: fc.tuple(tensors, indices),
  scatterRows: fc.tuple(tensors, indices, positions),
  squaredDistances: fc.tuple(matrix, matrix),
  logSumExp: fc.oneof(fc.tuple(tensors, axis), fc.tuple(tensors, axis, fc.boolean())),
  softmaxExpectation: fc.tuple(matrix, matrix),
  posteriorMean: posterior,
  posteriorMoments: posterior,
  activate: fc.tuple(tensors, activation),
  activationGradient: fc.oneof(
    fc.tuple(tensors, tensors, activation),
    fc.tuple(tensors, activation).map(([x, name]): ArgumentsOf<CpuTensor, 'activationGradient'> => [x, x, name]),
  ),
  affine: fc.tuple(matrix, matrix, tensors, activation),
  adamUpdate: fc.oneof(
    fc.tuple(fc.record({ parameter: tensors, first: tensors, second: tensors }), tensors, fc.constant(settings)),
    tensors.map((x): ArgumentsOf<CpuTensor, 'adamUpdate'> => [{ parameter: x, first: x, second: P.square(x) }, x, settings]),
  ),
}

/** Shapes, or the tag and place of a refusal. Anything else that is thrown is a fault. */
const outcome = (run: () => readonly (readonly number[])[]): unknown => {
  try {
    return run().map((shape) => [...shape])
  } catch (error) {
    if (!isTweedieError(error)) throw error
    return { tag: error._tag, where: error.where }
  }
}

describe('the operation table', () => {
  it('names the operations of a backend', () => {
    const rest = ['name', 'dtype', 'shape', 'read', 'isTensor', 'scope', 'free', 'liveTensors', 'allFinite', 'readNow', 'cloudsInOnePass']
    expect([...Object.keys(table), ...rest].sort()).toEqual(Object.keys(P).sort())
    expect(operationRows().map(([name]) => name)).toEqual(Object.keys(table))
  })

  it.each(operationRows<CpuTensor>())('%s: shapes and refusals are those of the cpu backend', (name, row) => {
    let [fitting, refused] = [0, 0]
    fc.assert(
      fc.property(args[name] as fc.Arbitrary<readonly unknown[]>, (given) => {
        const below = P[name] as (...given: readonly unknown[]) => unknown
        const actual = outcome(() => P.scope(() => row.results(below(...given)).map(P.shape)))
        expect(outcome(() => row.resultShapes(given, P.shape))).toEqual(actual)
        for (const x of row.operands(given)) expect(P.isTensor(x)).toBe(true)
        if (!Array.isArray(actual)) refused++
        else {
          fitting++
          expect(row.flops(given, P.shape)).toBeGreaterThanOrEqual(0)
        }
      }),
      { numRuns: 200, seed: 20240613 },
    )
    expect(fitting).toBeGreaterThan(4)
    const never = row.group === 'elementwise' ? args[name] === unary : ['transpose', 'activate'].includes(name)
    expect(refused > 4).toBe(!never)
  })

  it('finds the tensors inside clouds, lists and the state of Adam', () => {
    const [a, b, c, d] = [1, 2, 3, 4].map((value) => P.full([2, 2], value)) as [CpuTensor, CpuTensor, CpuTensor, CpuTensor]
    const level = { alpha: 1, sigma: 1 }
    expect(table.posteriorMean.operands([a, { points: b, logWeights: c }, level])).toEqual([a, b, c])
    expect(table.posteriorMoments.operands([a, { points: b }, level])).toEqual([a, b])
    expect(table.concat.operands([[a, b, c], 0])).toEqual([a, b, c])
    expect(table.adamUpdate.operands([{ parameter: a, first: b, second: c }, d, settings])).toEqual([a, b, c, d])
    expect(table.where.operands([a, 1, b])).toEqual([a, b])
    expect(table.full.operands([[2], 1])).toEqual([])
  })

  it('costs', () => {
    const [x, y, logits, bias] = [P.full([3, 2], 1), P.full([5, 2], 1), P.full([3, 5], 0), P.full([2], 0)]
    const shape = P.shape
    expect(table.tanh.flops([x], shape)).toBe(6)
    expect(table.add.flops([P.full([3, 1], 0), bias], shape)).toBe(6)
    expect(table.where.flops([P.full([3, 1], 0), bias, 0], shape)).toBe(6)
    expect(table.sum.flops([x, 1], shape)).toBe(6)
    expect(table.matMul.flops([logits, y], shape)).toBe(2 * 3 * 5 * 2)
    expect(table.squaredDistances.flops([x, y], shape)).toBe(3 * 3 * 5 * 2)
    expect(table.logSumExp.flops([logits, 1], shape)).toBe(4 * 15 + 2 * 3)
    expect(table.softmaxExpectation.flops([logits, y], shape)).toBe(5 * 15 + 2 * 3 * 5 * 2)
    expect(table.affine.flops([logits, y, bias, 'gelu'], shape)).toBe(2 * 3 * 5 * 2 + 6 + 5 * 6)
    expect(table.transpose.flops([x], shape) + table.takeRows.flops([x, [0]], shape)).toBe(0)
    expect(table.scatterRows.flops([x, [0, 0, 1], 2], shape)).toBe(6)
  })
})
