import type { CloudTree, NoiseLevel } from '@tweedie/core'
import type { Visits } from '../visits.js'
import type { Asked, Trial, Way } from './contender.js'
import { errorUnit } from './error-unit.js'
import { checkedOpening, probesOfRung, type VerifiedCheck } from './verified-check.js'

/** What is known of one noise ratio σ/α. */
export interface Rung {
  readonly level: NoiseLevel
  readonly unit: number
  /** Absent where no opening passed, or none that is faster than the other ways. */
  readonly verified?: VerifiedCheck
  /** Milliseconds per query, of each way that was timed. */
  readonly milliseconds: { readonly none?: number; readonly certified?: number; readonly verified?: number }
  /** Groups looked at and points summed per query, by the ways through a tree that counts them. */
  readonly visits: { readonly certified?: Visits; readonly verified?: Visits }
}

export interface RungSettings {
  readonly asked: Asked
  readonly tolerance: number
  /** The ways that may be chosen. */
  readonly index: 'certified' | 'verified'
  readonly choose: 'fastest' | 'always'
  readonly trial: (asked: Asked, way: Way, probes: Float64Array, level: NoiseLevel) => Trial
}

/** Beyond this multiple of the time of the best other way an opening will not become the fastest, but by the noise of the clock. */
const patience = 1.5

/** Measures the ways at one noise ratio ρ = σ/α, at α = 1. */
export const measureRung = (tree: CloudTree, settings: RungSettings): ((place: number, ratio: number) => Rung) => {
  const probesOf = probesOfRung(tree)
  const unitAt = errorUnit(tree)
  const { asked, tolerance, index, choose, trial } = settings

  return (place, ratio) => {
    const level = { alpha: 1, sigma: ratio }
    const unit = unitAt(level)
    const exact = (probes: Float64Array): Trial => trial(asked, { method: 'none' }, probes, level)
    const milliseconds: { none?: number; certified?: number; verified?: number } = {}
    const visits: { certified?: Visits; verified?: Visits } = {}
    if (choose === 'fastest') {
      const probes = probesOf(place, 0, ratio)
      const certified: Way = { method: 'certified', tolerance: tolerance * unit }
      // One query first, so that code is compiled and the groups are prepared for the level.
      const one = probes.subarray(0, tree.dimension)
      trial(asked, certified, one, level)
      if (index === 'verified') trial(asked, { method: 'verified', opening: 1 }, one, level)
      const bounded = trial(asked, certified, probes, level)
      milliseconds.none = exact(probes).milliseconds
      milliseconds.certified = bounded.milliseconds
      if (bounded.visits !== undefined) visits.certified = bounded.visits
    }
    if (index === 'certified') return { level, unit, milliseconds, visits }

    const best = Math.min(milliseconds.none ?? Number.POSITIVE_INFINITY, milliseconds.certified ?? Number.POSITIVE_INFINITY)
    const checked = checkedOpening({
      level,
      dimension: tree.dimension,
      unit,
      tolerance,
      exact,
      verified: (probes, opening) => trial(asked, { method: 'verified', opening }, probes, level),
      slowest: patience * best,
      probes: (stage) => probesOf(place, stage, ratio),
    })
    if (checked === undefined) return { level, unit, milliseconds, visits }
    const { trial: found, exact: again, ...verified } = checked
    if (choose === 'fastest') {
      milliseconds.verified = found.milliseconds
      milliseconds.none = Math.min(milliseconds.none as number, again.milliseconds)
    }
    if (found.visits !== undefined) visits.verified = found.visits
    return { level, unit, verified, milliseconds, visits }
  }
}
