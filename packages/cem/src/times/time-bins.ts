import { tweedieError } from '@tweedie/core'
import type { BoundTimeLaw } from './time-law.js'

/** A law of times cut into bins of equal probability, or as equal as whole atoms allow. */
export interface TimeBins {
  /** Where the bins begin and end on the unit interval, from 0 to 1: one more than there are bins. */
  readonly edges: Float64Array
  /** The bin of a time of the law. Throws `InvalidArgument` for NaN. */
  readonly binOf: (t: number) => number
}

/**
 * Cuts a law into bins. Throws `InvalidArgument` unless `bins` is a whole number of at least 1, and at most the number of the law's times where
 * those are finitely many: no time is divided between bins.
 */
export const timeBins = (where: string, { timeOf, atoms }: BoundTimeLaw, bins: number): TimeBins => {
  if (!(Number.isSafeInteger(bins) && bins >= 1))
    throw tweedieError('InvalidArgument', where, `${bins} bins`, 'Use a whole number of bins, at least 1')
  if (atoms !== undefined && bins > atoms.length)
    throw tweedieError('InvalidArgument', where, `${bins} bins of ${atoms.length} times`, 'Use at most as many bins as there are times')
  const firstAtom = (bin: number): number => Math.floor((bin * (atoms?.length ?? 0)) / bins)
  const edges = Float64Array.from({ length: bins + 1 }, (_, k) => (atoms === undefined ? k / bins : firstAtom(k) / atoms.length))
  // The first time of every bin but the first.
  const firsts = Float64Array.from({ length: bins - 1 }, (_, k) =>
    atoms === undefined ? timeOf(edges[k + 1] as number) : (atoms[firstAtom(k + 1)] as number),
  )
  return {
    edges,
    binOf: (t) => {
      if (Number.isNaN(t)) throw tweedieError('InvalidArgument', where, 'time NaN', 'Give times of the law')
      return upperBound(firsts, t)
    },
  }
}

/** How many of some increasing numbers are at most x. */
export const upperBound = (sorted: Float64Array, x: number): number => {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as number) <= x) low = middle + 1
    else high = middle
  }
  return low
}
