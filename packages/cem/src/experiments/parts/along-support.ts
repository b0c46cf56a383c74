import type { HostMatrix } from '@tweedie/core'
import { type MassAlong, massAlong } from '../../diagnostics/mass-along.js'
import { type Pollution, pollution } from '../../diagnostics/pollution.js'
import type { Support } from '../../support/support.js'

/** Samples seen from a curve: how far they are from it, and how they are spread along it. */
export interface AlongSupport {
  readonly distance: Pollution
  readonly mass: MassAlong
}

/** Bins along the curve: one per unit of U in paper B's spiral. */
export const BINS = 12

export const alongSupport = (support: Support, samples: HostMatrix): AlongSupport => ({
  distance: pollution(support, samples, [0.5, 0.9, 0.99]),
  mass: massAlong(support, samples, BINS),
})

export const meanDistance = ({ distance }: AlongSupport): number => distance.mean
export const massDeviation = ({ mass }: AlongSupport): number => mass.largestDeviation

const quantile =
  (k: number) =>
  ({ distance }: AlongSupport): number =>
    distance.quantiles[k]?.distance as number

/** What experiments report of it; the mean distance is first. */
export const alongQuantities: readonly (readonly [quantity: string, of: (along: AlongSupport) => number])[] = [
  ['mean distance to the curve', meanDistance],
  ['standard error of the mean distance', ({ distance }) => distance.standardError],
  ['median distance to the curve', quantile(0)],
  ['90 % quantile of the distance', quantile(1)],
  ['99 % quantile of the distance', quantile(2)],
  [`largest deviation from 1 of the mass in ${BINS} bins along the curve`, massDeviation],
]
