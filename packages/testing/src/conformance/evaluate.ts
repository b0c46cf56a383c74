import { forEachTensor, isTweedieError, type Operations, type TweedieError } from '@tweedie/core'
import type { Call } from './definitions.js'
import { put } from './layouts.js'
import { mapTensors } from './tensors.js'

/** What a backend gave for one result. */
export interface Given {
  readonly shape: readonly number[]
  readonly values: Float64Array
}

/** The results of a call by name (one that has no name is ''), or the refusal it met. */
export type Answer = { readonly results: ReadonlyMap<string, Given> } | { readonly refusal: TweedieError }

/** A call on tensors that are there already. */
export const apply = <N>(P: Operations<N>, { operation, operands }: Call): N | Readonly<Record<string, N>> => {
  const operate = P[operation] as unknown as (...operands: readonly unknown[]) => N | Readonly<Record<string, N>>
  return operate(...operands)
}

/** The results of an operation by name. */
export const resultsOf = <N>(P: Operations<N>, operation: string, result: N | Readonly<Record<string, N>>): ReadonlyMap<string, N> => {
  if (P.isTensor(result)) return new Map([['', result]])
  const named = Object.entries(result as Readonly<Record<string, N>>)
  const other = named.find(([, each]) => !P.isTensor(each))
  if (named.length === 0 || other) throw new Error(`${operation} gave something that is not a tensor of ${P.name}`)
  return new Map(named)
}

export const readAll = async <N>(P: Operations<N>, results: ReadonlyMap<string, N>): Promise<ReadonlyMap<string, Given>> => {
  const read: [string, Given][] = []
  for (const [name, tensor] of results) read.push([name, { shape: [...P.shape(tensor)], values: await P.read(tensor) }])
  return new Map(read)
}

/** Puts the operands there, computes, reads, and frees everything. A `NotFinite` is an answer; any other error goes on. */
export const evaluate = async <N>(P: Operations<N>, call: Call): Promise<Answer> => {
  const made: N[] = []
  try {
    const result = P.scope(() => apply(P, { ...call, operands: mapTensors(call.operands, (x) => put(P, x)) as readonly unknown[] }))
    forEachTensor(result, P.isTensor, (tensor) => made.push(tensor))
    return { results: await readAll(P, resultsOf(P, call.operation, result)) }
  } catch (thrown) {
    if (isTweedieError(thrown) && thrown._tag === 'NotFinite') return { refusal: thrown }
    throw thrown
  } finally {
    for (const tensor of made) P.free(tensor)
  }
}

/** Whether two answers are the same to the last bit. */
export const sameBits = (a: Given, b: Given): boolean =>
  a.shape.length === b.shape.length &&
  a.shape.every((size, k) => size === b.shape[k]) &&
  a.values.length === b.values.length &&
  a.values.every((value, k) => Object.is(value, b.values[k]))
