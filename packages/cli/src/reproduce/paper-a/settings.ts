/** The settings of paper A's experiments (docs/formulas.md §2), and quick ones. */

import type { Scale } from '@tweedie/cem'
import { paperSettings } from '@tweedie/density'
import { presetsAt } from './presets.js'

/** Everything that decides the result of one table, but for its rows. */
export interface TableSettings {
  /** Hidden layers of the network. */
  readonly hidden: readonly number[]
  readonly labels: number
  /** Steps of the explicit Euler method. */
  readonly steps: number
  /** Initial states that share a mini-batch. */
  readonly chunk: number
  readonly miniBatch: number
  readonly iterations: number
  /** Labels in each iteration. */
  readonly batch: number | 'full'
  readonly rate: number
  /** Generated rows. */
  readonly samples: number
  /** Columns, from 0, whose marginals are drawn. */
  readonly marginals: readonly [number, number]
  /** Columns of the contours and of the map from noise to data. */
  readonly pair: readonly [number, number]
  /** Initial states of the map. */
  readonly mapPoints: number
  /** Presets beside the paper's, by name. */
  readonly others: readonly string[]
}

/** What depends on the table: the width of the network, the chunk, and the columns that the authors draw. */
export interface TableShape {
  readonly width: number
  readonly chunk?: number
  readonly marginals: readonly [number, number]
  readonly pair: readonly [number, number]
}

const { labels, steps, chunk: usualChunk, miniBatch, iterations, batch, rate } = paperSettings

/** The settings of a table at both scales. The quick scale has a narrower network and smaller batches. */
export const settingsOf = ({ width, chunk = usualChunk, marginals, pair }: TableShape): Readonly<Record<Scale, TableSettings>> => {
  const paper = {
    hidden: [width, width],
    labels,
    steps,
    chunk,
    miniBatch,
    iterations,
    batch,
    rate,
    samples: 100_000,
    mapPoints: 2_000,
    others: presetsAt.paper,
  }
  return {
    paper: { ...paper, marginals, pair },
    quick: {
      ...paper,
      hidden: [64, 64],
      labels: 10_000,
      steps: 100,
      chunk: chunk / 2,
      iterations: 2_500,
      batch: 500,
      mapPoints: 1_000,
      others: presetsAt.quick,
      marginals,
      pair,
    },
  }
}

export const shapes = {
  ring: { width: 256, marginals: [0, 1], pair: [0, 1] },
  power: { width: 256, marginals: [0, 3], pair: [1, 4] },
  gas: { width: 512, marginals: [0, 2], pair: [1, 3] },
  hepmass: { width: 1_024, marginals: [8, 9], pair: [1, 4] },
  miniboone: { width: 1_400, chunk: 2_000, marginals: [0, 15], pair: [16, 30] },
} as const satisfies Record<string, TableShape>
