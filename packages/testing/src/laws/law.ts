import fc from 'fast-check'

/** How hard to try, and where to begin. A broken law says the seed and the path that give its counterexample again. */
export interface LawParameters {
  /** The seed of the generated cases; another every time when not given. */
  readonly seed?: number
  /** How many cases; 100 when not given. */
  readonly runs?: number
  /** Goes straight to one case of a seed, such as the counterexample of a `LawBroken`. */
  readonly path?: string
  /** How long to look for a smaller counterexample once there is one; 10 seconds when not given. */
  readonly shrinkSeconds?: number
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
  check: async ({ seed, runs, path, shrinkSeconds = 10 } = {}) => {
    let firstFailure: number | undefined
    const property = fc.asyncProperty(values, async (value) => {
      // What is left of the shrinking passes unlooked at, so that it ends with the smallest counterexample found.
      if (firstFailure !== undefined && performance.now() - firstFailure > 1000 * shrinkSeconds) return
      try {
        await holds(value)
      } catch (error) {
        firstFailure ??= performance.now()
        throw error
      }
    })
    const details = await fc.check(property, {
      ...(seed !== undefined && { seed }),
      ...(runs !== undefined && { numRuns: runs }),
      ...(path !== undefined && { path }),
    })
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

/**
 * Makes each law a test of its own, by the `test(name, body)` of any runner.
 *
 * @example
 * testLaws(test, processLaws(process))
 */
export const testLaws = (
  test: (name: string, body: () => Promise<void>) => unknown,
  laws: readonly Law[],
  parameters: LawParameters = {},
): void => {
  for (const each of laws) test(`${each.name} [${each.source}]`, () => each.check(parameters))
}

/** Throws unless two numbers are within a tolerance of each other. NaN never is. */
export const agree = (what: string, actual: number, expected: number, tolerance: number): void => {
  if (!(Math.abs(actual - expected) <= tolerance)) throw new Error(`${what} is ${actual} where ${expected} is expected, to ${tolerance}`)
}
