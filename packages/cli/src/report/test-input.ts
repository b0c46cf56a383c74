/** Inputs for the tests: correlated columns, and samples that are the same columns a little blurred. */

import { fold, type HostMatrix, key, normalArray } from '@tweedie/core'
import type { SampleComparison, SampleDistances } from '@tweedie/metrics'
import type { ReportInput } from './input.js'

/** `rows × columns`: each column is a normal plus half of the one before; every third is skewed, every fourth whole numbers. */
export const table = (seed: number, rows: number, columns: number): HostMatrix => {
  const normals = normalArray(key(seed), rows * columns)
  const data = Float64Array.from(normals, (value, e) => {
    const j = e % columns
    const joined = value + (j > 0 ? 0.5 * (normals[e - 1] as number) : 0)
    return j % 4 === 3 ? Math.round(joined * 3) : j % 3 === 2 ? Math.exp(1.5 * joined) : joined
  })
  return { data, rows, columns }
}

const distances = (columns: number, value: number): SampleDistances => ({
  marginalKl: Array.from({ length: columns }, (_, j) => value * (1 + j / columns)),
  meanMarginalKl: value * 1.5,
  slicedWasserstein: value * 4,
  energyDistance: value / 2,
})

/** What a classifier of this accuracy and columns this far off would have given. */
export const comparison = (columns: number, accuracy: number, gap: number): SampleComparison => ({
  kolmogorovSmirnov: Array.from({ length: columns }, (_, j) => gap / (j + 1)),
  correlation: { pearson: { maximum: gap, mean: gap / 2 }, spearman: null, columns: [] },
  sinkhorn: { value: gap, converged: true, marginalError: 0, iterations: 10, epsilon: 1 },
  maximumMeanDiscrepancy: { squared: gap, bandwidth: 1 },
  neighbourhood: { density: 1 - gap, coverage: 0.96, expectedCoverage: 0.97, precision: 1, recall: 1 },
  classifier: {
    accuracy,
    accuracyStandardError: 0.0123,
    accuracyPValue: 0.5,
    area: accuracy,
    areaStandardError: 0.01,
    areaPValue: 0.5,
    rows: 200,
    folds: 5,
    classifier: 'gradient boosting',
  },
})

const paths = (seed: number, count: number, times: number, columns: number): number[][][] => {
  const normals = normalArray(fold(key(seed), 1), count * times * columns)
  return Array.from({ length: count }, (_, p) =>
    Array.from({ length: times }, (__, k) => Array.from({ length: columns }, (___, j) => normals[(p * times + k) * columns + j] as number)),
  )
}

/** A complete input; `changes` replaces parts of it. */
export const testInput = (columns: number, changes: Partial<ReportInput> = {}): ReportInput => {
  const names = Array.from({ length: columns }, (_, j) => `column-${j + 1}`)
  return {
    title: 'Test table',
    source: 'table.csv',
    command: 'tweedie fit table.csv --seed 1',
    rows: 900,
    columns,
    settings: [['seed', '1']],
    notices: ['Two rows were left out.'],
    names,
    heldOut: table(1, 200, columns),
    training: table(2, 700, columns),
    generated: table(3, 600, columns),
    history: Array.from({ length: 50 }, (_, k) => ({
      step: 100 * k,
      trainLoss: 2 / (k + 1),
      ...(k % 5 === 0 ? { validationLoss: 2.2 / (k + 1) + 0.1 } : {}),
    })),
    bestStep: 4500,
    trajectories: {
      times: Array.from({ length: 12 }, (_, k) => 1 - k / 11),
      ode: paths(4, 6, 12, columns),
      sde: paths(5, 6, 12, columns),
      axes: [0, Math.min(1, columns - 1)],
      names,
    },
    timings: {
      labels: { seconds: 1.5, count: 2000, of: 'labelled pairs' },
      training: { seconds: 12, count: 5000, of: 'steps' },
      sampling: { seconds: 0.02, count: 600, of: 'rows' },
    },
    metrics: {
      generated: distances(columns, 0.02),
      floor: distances(columns, 0.01),
      halves: distances(columns, 0.008),
      memorisation: { ratio: 1.1 },
    },
    bounds: { klAboveFloor: 0.05, energyAboveFloor: 0.02, ratio: [0.7, 2.5] },
    ...changes,
  }
}
