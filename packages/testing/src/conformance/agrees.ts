import type { Operations } from '@tweedie/core'
import { compare, mayOverflow } from './compare.js'
import { type Declared, type MeasuredName, refuses } from './declared.js'
import { type Call, expectedOf } from './definitions.js'
import { evaluate } from './evaluate.js'
import { type Expected, isExpected } from './expected.js'
import type { Format } from './format.js'
import { mapTensors, tensorsIn } from './tensors.js'

/** The numbers among the operands, those in tensors included. */
const numbersIn = (operands: unknown): number[] => {
  const tensors = tensorsIn(operands).flatMap((x) => x.data)
  const rest: number[] = []
  JSON.stringify(
    mapTensors(operands, () => null),
    (_, value: unknown) => {
      if (typeof value === 'number') rest.push(value)
      return value
    },
  )
  return [...tensors, ...rest]
}

/** What a backend that refuses non-finite results has to do with a call. */
const refusalOf = (format: Format, call: Call, results: readonly Expected[]): 'must' | 'may' | 'never' => {
  const operands = numbersIn(call.operands)
  const hasNaN = operands.some(Number.isNaN)
  const allFinite = operands.every(Number.isFinite)
  const beyond = (value: number): boolean => Math.abs(value) > format.largest
  let answer: 'must' | 'may' | 'never' = 'never'
  for (const result of results)
    for (let k = 0; k < result.values.length; k++) {
      const value = result.values[k] as number
      if (mayOverflow(format, result, k) || (!Number.isNaN(value) && Math.abs(Math.abs(value) / format.largest - 1) < 1e-3)) {
        if (answer === 'never') answer = 'may'
      } else if ((Number.isNaN(value) && !hasNaN) || (beyond(value) && allFinite && result.emptyAxis !== true)) answer = 'must'
    }
  return answer
}

/** Runs a call and compares it with its definition; gives the worst error of each result. */
export const agrees = async <N>(
  P: Operations<N>,
  format: Format,
  declared: Declared,
  call: Call,
): Promise<ReadonlyMap<MeasuredName, number>> => {
  const outcome = expectedOf(format, call)
  const expected = new Map(isExpected(outcome) ? [['', outcome]] : Object.entries(outcome))
  const refusal = refuses(declared) ? refusalOf(format, call, [...expected.values()]) : 'never'
  const answer = await evaluate(P, call)
  if ('refusal' in answer) {
    if (refusal === 'never') throw new Error(`${call.operation} refuses what is in order: ${answer.refusal.message}`)
    if (declared.nonFinite === 'refused' && answer.refusal.where !== call.operation)
      throw new Error(`${call.operation} is not finite, but the refusal names ${answer.refusal.where}`)
    return new Map()
  }
  if (refusal === 'must') throw new Error(`${call.operation} is not finite and does not refuse`)
  if (refusal === 'may') return new Map()
  if (answer.results.size !== expected.size) throw new Error(`${call.operation} gives ${answer.results.size} results, not ${expected.size}`)
  return new Map(
    [...expected].map(([part, wanted]) => {
      const name = (part === '' ? call.operation : `${call.operation}.${part}`) as MeasuredName
      const given = answer.results.get(part)
      if (given === undefined) throw new Error(`${name} is missing`)
      return [name, compare(format, declared, name, given, wanted)] as const
    }),
  )
}
