import type { Operations } from '@tweedie/core'
import type fc from 'fast-check'
import { type Law, LawBroken, law } from '../laws/law.js'
import { agrees } from './agrees.js'
import { callsOf } from './calls.js'
import type { Declared, MeasuredName } from './declared.js'
import type { Call } from './definitions.js'
import { apply, evaluate, readAll, resultsOf, sameBits } from './evaluate.js'
import { type Format, formatOf } from './format.js'
import { onViews, put } from './layouts.js'
import { mapTensors, tensorsIn } from './tensors.js'

/** Where a law gets its backend from: it is made once, when the first law is checked. */
export type Source<N> = () => Promise<Operations<N>>

export type Note = (name: MeasuredName, ulp: number, shapes: readonly (readonly number[])[]) => void

/**
 * A law that every operation keeps: a share of the runs for each of them, 2 at least. The path of a counterexample begins with the
 * operation.
 */
const forEach = (
  name: string,
  source: string,
  share: number,
  calls: readonly (readonly [operation: string, calls: fc.Arbitrary<Call>])[],
  holds: (call: Call) => Promise<void>,
): Law => ({
  name,
  source,
  check: async ({ runs = 100, path, ...rest } = {}) => {
    const [only, inner] = path?.split('/') ?? []
    for (const [operation, arbitrary] of calls.filter(([each]) => only === undefined || each === only)) {
      const parameters = { ...rest, runs: Math.max(2, Math.ceil(runs * share)), ...(inner !== undefined && { path: inner }) }
      await law(name, source, arbitrary, holds)
        .check(parameters)
        .catch((error: unknown) => {
          if (!(error instanceof LawBroken)) throw error
          throw new LawBroken(name, source, error.counterexample, error.seed, `${operation}/${error.path}`, error.cause)
        })
    }
  },
})

/** Hears a refusal that a backend keeps for the next `read`. */
const settle = async <N>(P: Operations<N>): Promise<void> => {
  const zero = P.full([], 0)
  await P.read(zero).catch(() => {})
  P.free(zero)
}

/** What every operation computes. `dtype` is asked of the backend, so a law makes its cases when it is checked. */
export const operationLaws = <N>(source: Source<N>, dtype: Format['dtype'], declared: Declared, note: Note): readonly Law[] => {
  const format = formatOf(dtype, declared.denormals, declared.leastWeight)
  const calls = callsOf(format, declared)
  const each = Object.entries(calls)
  const eachOnViews = each.map(([operation, arbitrary]) => [operation, onViews(arbitrary)] as const)

  const agree = async (call: Call): Promise<void> => {
    const P = await source()
    const shapes = tensorsIn(call.operands).map(({ shape }) => shape)
    for (const [name, ulp] of await agrees(P, format, declared, call)) note(name, ulp, shapes)
  }

  const definition = each.map(([operation, arbitrary]) =>
    law(`${operation} agrees with its definition`, 'the operation set of @tweedie/core', arbitrary, agree),
  )

  const views = forEach('views are operands like any other', 'tensors are values, however they lie in memory', 0.5, eachOnViews, agree)

  const unchanged = forEach('an operation leaves its operands alone', 'tensors are immutable', 0.2, eachOnViews, async (call) => {
    const P = await source()
    const made: N[] = []
    const operands = mapTensors(call.operands, (x) => {
      const tensor = put(P, x)
      made.push(tensor)
      return tensor
    }) as readonly unknown[]
    const before = await readAll(P, new Map(made.map((tensor, k) => [String(k), tensor])))
    try {
      P.scope(() => {
        apply(P, { ...call, operands })
      })
    } catch {
      // What it refuses, it has to leave alone too.
    }
    await settle(P)
    for (const [k, tensor] of made.entries()) {
      const after = { shape: [...P.shape(tensor)], values: await P.read(tensor) }
      if (!sameBits(after, before.get(String(k)) as typeof after))
        throw new Error(`operand ${k} of ${call.operation} has other numbers after it`)
      P.free(tensor)
    }
  })

  const deterministic = forEach('the same call gives the same bits', 'an operation is a function', 0.2, eachOnViews, async (call) => {
    const P = await source()
    const [first, second] = [await evaluate(P, call), await evaluate(P, call)]
    if ('refusal' in first || 'refusal' in second) {
      if ('refusal' in first !== 'refusal' in second) throw new Error(`${call.operation} refuses one time only`)
      return
    }
    for (const [name, given] of first.results) {
      const again = second.results.get(name)
      if (again === undefined || !sameBits(given, again)) throw new Error(`${call.operation} ${name} differs the second time`)
    }
  })

  const leavesNothing = forEach('an operation leaves its result and nothing else', 'memory by scope', 0.2, each, async (call) => {
    const P = await source()
    const made: N[] = []
    const operands = mapTensors(call.operands, (x) => {
      const tensor = P.tensor(x.data, x.shape)
      made.push(tensor)
      return tensor
    }) as readonly unknown[]
    const before = P.liveTensors()
    let results: readonly N[] = []
    try {
      results = [...resultsOf(P, call.operation, apply(P, { ...call, operands })).values()]
    } catch {
      // What it refuses has no result.
    }
    const fresh = results.filter((tensor) => !made.includes(tensor))
    const more = P.liveTensors() - before
    for (const tensor of [...fresh, ...made]) P.free(tensor)
    await settle(P)
    if (more !== fresh.length) throw new Error(`${call.operation} gives ${fresh.length} tensors and leaves ${more}`)
  })

  return [...definition, views, unchanged, deterministic, leavesNothing]
}
