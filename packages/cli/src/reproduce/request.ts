import type { Scale } from '@tweedie/cem'
import { type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import type { BackendChoice } from '../settings/backends.js'
import { oneOf, parseBackend } from '../settings/parse-settings.js'

/** `tweedie reproduce` with its options read and checked. */
export interface ReproduceRequest extends BackendChoice {
  /** The experiments to run, in the paper's order. */
  readonly names: readonly string[]
  readonly out: string
  readonly scale: Scale
  readonly seeds: readonly number[]
  /** The file for an experiment that needs one. */
  readonly data?: string
  /** Experiments that `all` leaves out, since they need a file. */
  readonly leftOut?: readonly string[]
  /** Run again what is complete, and replace a result of another run. */
  readonly force: boolean
}

/** The options as the command line gives them. */
export interface ReproduceText {
  readonly out: string
  readonly scale: string
  readonly seeds?: string
  readonly data?: string
  readonly backend: string
  readonly threads?: string
  readonly force?: boolean
}

export const scales = ['quick', 'paper'] as const satisfies readonly Scale[]

/** The seeds of a scale when none are given. */
export const usualSeeds: Readonly<Record<Scale, readonly number[]>> = { quick: [0, 1, 2], paper: [0] }

/**
 * Reads and checks a name (or `all`) and the options; the first that is wrong is the left side, a `Usage` error naming it. `needs` has the experiments
 * that need a file, with a sentence on where it comes from; `all` leaves them out.
 */
export const parseReproduce = (
  name: string,
  { out, scale, seeds, data, backend, threads, force }: ReproduceText,
  known: readonly string[],
  needs: ReadonlyMap<string, string> = new Map(),
): E.Either<TweedieError, ReproduceRequest> =>
  E.tryCatch(
    () => {
      const chosen = oneOf('--scale', scale, scales) as Scale
      const choice = parseBackend({ backend, ...(threads === undefined ? {} : { threads }) })
      const one = oneOf('NAME', name, ['all', ...known]) as string
      requireData(one, data, needs)
      return {
        names: one === 'all' ? known.filter((each) => !needs.has(each)) : [one],
        ...(one === 'all' && needs.size > 0 ? { leftOut: known.filter((each) => needs.has(each)) } : {}),
        ...(data === undefined ? {} : { data }),
        out,
        scale: chosen,
        seeds: seeds === undefined ? usualSeeds[chosen] : parseSeeds(seeds),
        force: force === true,
        ...choice,
      }
    },
    (thrown) => thrown as TweedieError,
  )

/** A file is given to an experiment that needs one, and to no other. */
const requireData = (name: string, data: string | undefined, needs: ReadonlyMap<string, string>): void => {
  const where = needs.get(name)
  if (data === undefined && where !== undefined) throw tweedieError('Usage', '--data', `${name} needs a file`, where)
  if (data !== undefined && where === undefined)
    throw tweedieError(
      'Usage',
      '--data',
      name === 'all' ? 'a file is for one experiment' : `${name} needs no file`,
      needs.size === 0 ? 'Leave it out' : `Leave it out, or name one of ${Array.from(needs.keys()).join(', ')}`,
    )
}

/** A list such as 0,1,2: at least one seed, whole, none negative, none twice. */
const parseSeeds = (text: string): readonly number[] => {
  const refuse = (what: string): TweedieError => tweedieError('Usage', '--seeds', what, 'Give whole numbers from 0 up, such as 0,1,2')
  if (text.trim() === '') throw refuse('the list is empty')
  const seeds = text.split(',').map((part) => {
    const seed = part.trim() === '' ? Number.NaN : Number(part)
    if (!Number.isSafeInteger(seed)) throw refuse(`"${part.trim()}" is not a whole number`)
    if (seed < 0) throw refuse(`seed ${seed} is negative`)
    return seed + 0
  })
  const again = seeds.find((seed, k) => seeds.indexOf(seed) !== k)
  if (again !== undefined) throw refuse(`seed ${again} is there twice`)
  return seeds
}
