import fc from 'fast-check'

/** How hard to try: the seed of the generated cases and their number (100 when not given). */
export interface LawParameters {
  readonly seed?: number
  readonly runs?: number
}

/** Something that always holds, with where that is written. */
export interface Law {
  readonly name: string
  /** Paper and equation, or the definition that it follows from. */
  readonly source: string
  /** Looks for a counterexample; rejects with `LawBroken` when it finds one. */
  readonly check: (parameters?: LawParameters) => Promise<void>
}

/** A law that does not hold, with the smallest counterexample found and what repeats the run. */
export class LawBroken extends Error {
  constructor(
    readonly law: string,
    readonly source: string,
    readonly counterexample: unknown,
    readonly seed: number,
    readonly path: string,
    cause: unknown,
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(`${law} [${source}] does not hold: ${reason}. Counterexample: ${fc.stringify(counterexample)}; seed ${seed}, path ${path}`, {
      cause,
    })
    this.name = 'LawBroken'
  }
}

/** A law about every generated value: `holds` throws (or rejects) where it does not. */
export const law = <A>(name: string, source: string, values: fc.Arbitrary<A>, holds: (value: A) => void | Promise<void>): Law => ({
  name,
  source,
  check: async ({ seed, runs } = {}) => {
    const property = fc.asyncProperty(values, async (value) => {
      await holds(value)
    })
    const details = await fc.check(property, { ...(seed !== undefined && { seed }), ...(runs !== undefined && { numRuns: runs }) })
    if (details.failed)
      throw new LawBroken(
        name,
        source,
        details.counterexample?.[0],
        details.seed,
        details.counterexamplePath ?? '',
        details.errorInstance ?? 'no case could be generated',
      )
  },
})

/** Checks laws one after the other. Rejects with the first `LawBroken`. */
export const checkLaws = async (laws: readonly Law[], parameters: LawParameters = {}): Promise<void> => {
  for (const each of laws) await each.check(parameters)
}

/** Throws unless two numbers are within a tolerance of each other. NaN never is. */
export const agree = (what: string, actual: number, expected: number, tolerance: number): void => {
  if (!(Math.abs(actual - expected) <= tolerance)) throw new Error(`${what} is ${actual} where ${expected} is expected, to ${tolerance}`)
}
