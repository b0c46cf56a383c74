import type { Asked } from './calibration/contender.js'
import type { Ladder } from './calibration/ladder.js'
import type { Rung } from './calibration/rung.js'
import type { VerifiedCheck } from './calibration/verified-check.js'
import type { Visits } from './visits.js'

/** What was measured at one noise ratio σ/α, and what is used there. */
export interface IndexLevel {
  /** Whether the mean alone was asked for, or the moments with it. */
  readonly asked: Asked
  /** σ/α, and the log-SNR −2 ln(σ/α). Levels between two of the list use what both allow. */
  readonly noiseRatio: number
  readonly logSnr: number
  /** The way taken: `none` where the index does not pay, or no opening kept the tolerance. */
  readonly method: 'none' | 'certified' | 'verified'
  /** What an error of 1 is, in the units of the data. */
  readonly errorUnit: number
  /** The opening, the measured errors and what they say; where an opening passed. */
  readonly verified?: VerifiedCheck
  /** Milliseconds per query, measured; empty with `choose: 'always'`. */
  readonly milliseconds: Rung['milliseconds']
  /** Groups looked at and points summed per query; only where a backend counts them. */
  readonly visits: { readonly certified?: Visits; readonly verified?: Visits }
}

/** What an index was measured to do, at the noise levels it was asked for so far. */
export interface IndexReport {
  /** The tolerance, in error units. */
  readonly tol: number
  /** From small noise to large. */
  readonly levels: readonly IndexLevel[]
}

export const reportOf = (tol: number, ladders: Readonly<Record<Asked, Ladder>>): IndexReport => ({
  tol,
  levels: (['mean', 'moments'] as const).flatMap((asked) =>
    ladders[asked].rungs().map((rung): IndexLevel => {
      const { level, unit, verified, milliseconds, visits } = rung
      return {
        asked,
        noiseRatio: level.sigma,
        logSnr: -2 * Math.log(level.sigma),
        method: ladders[asked].choose(level).way.method,
        errorUnit: unit,
        ...(verified && { verified }),
        milliseconds,
        visits,
      }
    }),
  ),
})
