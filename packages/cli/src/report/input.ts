/** What a report shows. Everything is measured beforehand; the report plots it and judges it against the bounds it is given. */

import type { HostMatrix } from '@tweedie/core'
import type { NearestNeighbourDistanceRatio, SampleComparison, SampleDistances } from '@tweedie/metrics'

/** One line of the training history. A loss that is not finite leaves a gap in the curve, and the report says so. */
export interface HistoryPoint {
  readonly step: number
  readonly trainLoss: number
  readonly validationLoss?: number | undefined
}

/**
 * The same starting noise carried back to data by the ODE and by the SDE, in standardised units: `ode[path][k]` are the coordinates at
 * `times[k]`. `times` may run either way.
 */
export interface Trajectories {
  readonly times: readonly number[]
  readonly ode: readonly (readonly (readonly number[])[])[]
  readonly sde: readonly (readonly (readonly number[])[])[]
  /** The two coordinates drawn, from 0; twice the same one when there is only one. */
  readonly axes: readonly [number, number]
  /** What every coordinate is called. */
  readonly names: readonly string[]
}

/** One stage: how long it took, and how many of what it made (`20000`, `'labelled pairs'`). */
export interface StageTiming {
  readonly seconds: number
  readonly count: number
  readonly of: string
}

export interface StageTimings {
  readonly labels: StageTiming
  readonly training: StageTiming
  readonly sampling: StageTiming
}

/** How near generated rows lie to training rows, as `memorisationRatio` of `@tweedie/metrics` measures it. */
export interface ReportMemorisation {
  readonly ratio: number | null
  /** Why there is no ratio. */
  readonly reason?: string | undefined
}

/** Measures that are shown and not judged, as `evaluateSamples` of `@tweedie/metrics` has them. */
export interface ReportComparison {
  /** Generated rows against held-out rows. */
  readonly generated: SampleComparison
  /** Training rows against held-out rows. */
  readonly floor: SampleComparison
  readonly distanceRatio: NearestNeighbourDistanceRatio
}

export interface ReportMetrics {
  /** Generated rows against held-out rows. */
  readonly generated: SampleDistances
  /** Training rows against held-out rows. The bounds are counted from here. */
  readonly floor: SampleDistances
  /** A fresh half of the real rows against the other half; null when there are too few rows for it. */
  readonly halves: SampleDistances | null
  readonly memorisation: ReportMemorisation
  readonly comparison?: ReportComparison | undefined
}

/** How far above its floor a measure may lie, and the range the memorisation ratio must fall in. What is left out is not judged. */
export interface ReportBounds {
  /** Of the mean marginal KL, in nats; every column is marked by the same number. */
  readonly klAboveFloor?: number | undefined
  readonly energyAboveFloor?: number | undefined
  readonly slicedWassersteinAboveFloor?: number | undefined
  readonly ratio?: readonly [number, number] | undefined
}

export interface ReportInput {
  readonly title: string
  /** The name of the file the rows came from. */
  readonly source: string
  /** Shown as it is. Leave it out for a page that is the same in every run. */
  readonly created?: string | undefined
  /** The command that makes this report again. */
  readonly command: string
  /** Of the table that was read, held-out rows included. */
  readonly rows: number
  readonly columns: number
  readonly settings: readonly (readonly [name: string, value: string])[]
  readonly notices: readonly string[]
  /** One for each column of the three tables. */
  readonly names: readonly string[]
  /** In the units of the columns. */
  readonly heldOut: HostMatrix
  /** The same; a part of the training rows is enough. */
  readonly training: HostMatrix
  readonly generated: HostMatrix
  readonly history: readonly HistoryPoint[]
  /** The step whose weights were kept. */
  readonly bestStep?: number | undefined
  readonly trajectories?: Trajectories | undefined
  readonly timings: StageTimings
  readonly metrics: ReportMetrics
  readonly bounds: ReportBounds
}
