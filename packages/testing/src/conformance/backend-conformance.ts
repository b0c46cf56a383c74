import { type Backend, type Operations, untyped } from '@tweedie/core'
import type { Law } from '../laws/law.js'
import type { Declared } from './declared.js'
import { memoryLaws } from './laws-memory.js'
import { operationLaws } from './laws-operations.js'
import { refusalLaws } from './laws-refusals.js'
import { tableOf, type WorstError, worstErrors } from './worst.js'

/** What `backendConformance` gives. */
export interface Conformance {
  /** One per operation, and what all operations share: views, immutability, determinism, memory, errors. */
  readonly laws: readonly Law[]
  /** The worst error of every result, in the cases looked at so far. */
  readonly worst: () => readonly WorstError[]
  /** The same as a Markdown table. */
  readonly table: () => string
}

/**
 * The conformance suite: laws that together say that a backend is right, to the tolerances that it declares. They compare every operation
 * with its definition, written in plain loops in float64, on ordinary numbers, NaN, infinities, zeros of both signs, denormals, empty
 * axes, huge and tiny magnitudes, ties, broadcasts and clouds of every awkward kind. `make` is called once, when the first law is checked.
 *
 * A law is checked with `law.check({ seed, runs })`; `testLaws(test, laws)` makes each a test of any runner. An operation that is broken
 * throws `LawBroken` with the smallest call found.
 */
export const backendConformance = <N>(make: () => Backend<N> | Promise<Backend<N>>, declared: Declared): Conformance => {
  let made: Promise<Operations<N>> | undefined
  const source = (): Promise<Operations<N>> => {
    made ??= Promise.resolve(make()).then((B) => untyped(B))
    return made
  }
  const errors = worstErrors(declared)
  const computing = {
    float64: operationLaws(source, 'float64', declared, errors.note),
    float32: operationLaws(source, 'float32', declared, errors.note),
  }
  // The type is known once the backend is there; the laws are the same by name.
  const operations = computing.float64.map(
    (each, k): Law => ({
      ...each,
      check: async (parameters) => {
        const { dtype } = await source()
        await (computing[dtype][k] as Law).check(parameters)
      },
    }),
  )
  return {
    laws: [...operations, ...memoryLaws(source), ...refusalLaws(source, declared)],
    worst: errors.all,
    table: () => tableOf(errors.all()),
  }
}
