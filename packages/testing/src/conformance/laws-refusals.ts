import { isTweedieError, key, type TweedieErrorTag } from '@tweedie/core'
import { type Law, LawBroken } from '../laws/law.js'
import { type Declared, refuses } from './declared.js'
import type { Call } from './definitions.js'
import { evaluate } from './evaluate.js'
import { HostTensor } from './host-tensor.js'
import type { Source } from './laws-operations.js'

/** Ones of a shape. */
const ones = (...shape: number[]): HostTensor =>
  new HostTensor(
    shape,
    Array.from({ length: shape.reduce((size, each) => size * each, 1) }, () => 1),
  )

const [vector, matrix, wide, scalar] = [ones(2), ones(3, 2), ones(3, 4), ones()]
const level = { alpha: 1, sigma: 1 }
const adam = { rate: 0.1, beta1: 0.9, beta2: 0.9, epsilon: 1e-8, step: 1 }

type Bad = readonly [tag: TweedieErrorTag, operation: Call['operation'], ...operands: readonly unknown[]]

const binary = (['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'greater', 'equal'] as const).flatMap((operation): Bad[] => [
  ['ShapeMismatch', operation, matrix, wide],
  ['ShapeMismatch', operation, ones(3), matrix],
])

const overAxis = (['sum', 'max', 'min', 'logSumExp'] as const).flatMap((operation): Bad[] =>
  [2, -3, 0.5, Number.NaN].map((axis) => ['InvalidArgument', operation, matrix, axis]),
)

const posterior = (['posteriorMean', 'posteriorMoments'] as const).flatMap((operation): Bad[] => [
  ['ShapeMismatch', operation, ones(1, 3), { points: matrix }, level],
  ['ShapeMismatch', operation, vector, { points: matrix }, level],
  ['ShapeMismatch', operation, matrix, { points: vector }, level],
  ['ShapeMismatch', operation, matrix, { points: matrix, logWeights: ones(2) }, level],
  ['ShapeMismatch', operation, matrix, { points: matrix, logWeights: ones(3, 1) }, level],
  ['InvalidArgument', operation, matrix, { points: ones(0, 2) }, level],
  ...[0, -1, Number.NaN, Number.POSITIVE_INFINITY].map(
    (sigma): Bad => ['InvalidArgument', operation, matrix, { points: matrix }, { alpha: 1, sigma }],
  ),
])

/** Calls that have to be refused, with the tag of the error; its `where` is the operation. */
export const badCalls: readonly Bad[] = [
  ...binary,
  ['ShapeMismatch', 'where', matrix, wide, 1],
  ['ShapeMismatch', 'where', matrix, 1, wide],
  ['ShapeMismatch', 'where', wide, matrix, matrix],
  ...overAxis,
  ['InvalidArgument', 'sum', scalar, 0],
  ['ShapeMismatch', 'tensor', [1, 2, 3], [2, 2]],
  ['InvalidArgument', 'tensor', [], [-1]],
  ['InvalidArgument', 'full', [2, 0.5], 1],
  ['InvalidArgument', 'normal', key(1), [2, -1]],
  ['InvalidArgument', 'normal', key(1), [2], 0.5],
  ['ShapeMismatch', 'matMul', matrix, matrix],
  ['ShapeMismatch', 'matMul', vector, matrix],
  ['ShapeMismatch', 'reshape', matrix, [4]],
  ['InvalidArgument', 'reshape', matrix, [-3, -2]],
  ['ShapeMismatch', 'broadcastTo', matrix, [3, 4]],
  ['ShapeMismatch', 'broadcastTo', matrix, [2]],
  ['InvalidArgument', 'slice', matrix, 2, 0, 1],
  ['InvalidArgument', 'slice', matrix, 0, 0, 4],
  ['InvalidArgument', 'slice', matrix, 0, 2, 1],
  ['InvalidArgument', 'slice', matrix, 0, -1, 1],
  ['InvalidArgument', 'slice', matrix, 0, 0.5, 1],
  ['InvalidArgument', 'concat', [], 0],
  ['InvalidArgument', 'concat', [matrix, matrix], 2],
  ['ShapeMismatch', 'concat', [matrix, wide], 0],
  ['ShapeMismatch', 'concat', [matrix, vector], 0],
  ['InvalidArgument', 'takeRows', matrix, [3]],
  ['InvalidArgument', 'takeRows', matrix, [-1]],
  ['InvalidArgument', 'takeRows', matrix, [0.5]],
  ['ShapeMismatch', 'takeRows', scalar, [0]],
  ['InvalidArgument', 'scatterRows', matrix, [0, 1, 4], 4],
  ['InvalidArgument', 'scatterRows', matrix, [0, 1, -1], 4],
  ['ShapeMismatch', 'scatterRows', matrix, [0, 1], 4],
  ['ShapeMismatch', 'scatterRows', scalar, [], 4],
  ['ShapeMismatch', 'squaredDistances', matrix, wide],
  ['ShapeMismatch', 'squaredDistances', vector, matrix],
  ['ShapeMismatch', 'softmaxExpectation', matrix, wide],
  ['ShapeMismatch', 'softmaxExpectation', vector, matrix],
  ...posterior,
  ['ShapeMismatch', 'affine', matrix, matrix, vector, 'tanh'],
  ['ShapeMismatch', 'affine', matrix, ones(2, 4), ones(3), 'identity'],
  ['ShapeMismatch', 'adamUpdate', { parameter: matrix, first: matrix, second: matrix }, wide, adam],
  ['ShapeMismatch', 'adamUpdate', { parameter: matrix, first: vector, second: matrix }, matrix, adam],
]

const notANumber: readonly Bad[] = [
  ['NotFinite', 'tensor', [1, Number.NaN], [2]],
  ['NotFinite', 'full', [2], Number.NaN],
]

/** Every wrong call is refused by its name, and leaves nothing behind. */
export const refusalLaws = <N>(source: Source<N>, declared: Declared): readonly Law[] => {
  const name = 'what is wrong is refused, by the name of the operation'
  const definition = 'ShapeMismatch and InvalidArgument of @tweedie/core'
  const check = async ([tag, operation, ...operands]: Bad): Promise<void> => {
    const P = await source()
    const before = P.liveTensors()
    const answer = await evaluate(P, { operation, operands }).catch((refusal: unknown) => ({ refusal }))
    const refusal = 'refusal' in answer ? answer.refusal : undefined
    if (!isTweedieError(refusal) || refusal._tag !== tag || refusal.where !== operation)
      throw new Error(`${operation} meets ${isTweedieError(refusal) ? `${refusal._tag} of ${refusal.where}` : String(refusal)}, not ${tag}`)
    if (P.liveTensors() !== before) throw new Error(`${operation} leaves ${P.liveTensors() - before} tensors behind`)
  }
  return [
    {
      name,
      source: definition,
      check: async () => {
        for (const bad of [...badCalls, ...(refuses(declared) ? notANumber : [])])
          await check(bad).catch((cause: unknown) => {
            throw new LawBroken(name, definition, bad, 0, '', cause)
          })
      },
    },
  ]
}
