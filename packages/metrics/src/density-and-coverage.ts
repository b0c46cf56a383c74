import type { HostMatrix } from '@tweedie/core'
import { kdTree, nearestDistances } from './kd-tree.js'
import { ballsHolding, meanOf, type NearestBalls, nearestBalls } from './nearest-balls.js'
import { requireCount, requireSameColumns, requireSample } from './validate.js'

export interface NeighbourhoodOptions {
  /** k, the neighbours that make a ball; default 5. Both samples need more rows than that. */
  readonly neighbours?: number
}

export interface DensityAndCoverage {
  /** Mean number of real balls around a generated row, over k: 1 on average for fresh data; above 1 where samples crowd. Fidelity. */
  readonly density: number
  /** The share of real balls that hold a generated row, 0 to 1. Diversity. */
  readonly coverage: number
  /** What coverage is on average for fresh data of these sizes. */
  readonly expectedCoverage: number
}

/**
 * Density and coverage (Naeem, Oh, Uh, Choi and Yoo 2020, §3): each real row has a ball that reaches its k-th nearest other
 * real row. Density asks how many of them a generated row lies in, coverage how many have a generated row inside. One outlier among the
 * real rows moves neither by much, unlike `precisionAndRecall`.
 *
 * For two samples of one law, N real and M generated rows, density is 1 on average and coverage
 * 1 − (N − 1)…(N − k)/((M + N − 1)…(M + N − k)) (their §3), whatever the law, which is near 1 − 2⁻ᵏ for equal sizes.
 *
 * Euclidean distances: standardise the columns first unless they share a unit. Where more than k real rows are equal their balls are
 * points, which only exact copies hit. Costs N M distances.
 *
 * Throws `ShapeMismatch` (columns), `InvalidArgument` (rows, neighbours) or `NotFinite`.
 */
export const densityAndCoverage = (
  real: HostMatrix,
  generated: HostMatrix,
  { neighbours = 5 }: NeighbourhoodOptions = {},
): DensityAndCoverage => {
  const where = 'densityAndCoverage'
  requireCount(where, 'neighbours', neighbours)
  requireSample(where, 'real', real)
  requireSample(where, 'generated', generated)
  requireSameColumns(where, ['real', 'generated'], real, generated)
  return coverageOf(nearestBalls(where, 'real', real, neighbours), generated, neighbours).measured
}

/** Density and coverage, and how many real balls hold each generated row. */
const coverageOf = (balls: NearestBalls, generated: HostMatrix, neighbours: number) => {
  const real = balls.centres
  const nearest = nearestDistances(kdTree(generated), real)
  const held = ballsHolding(balls, generated)
  let missed = 1
  for (let r = 1; r <= neighbours; r++) missed *= (real.rows - r) / (generated.rows + real.rows - r)
  const measured: DensityAndCoverage = {
    density: meanOf(held) / neighbours,
    coverage: meanOf(balls.radii.map((radius, i) => ((nearest[i] as number) <= radius ? 1 : 0))),
    expectedCoverage: 1 - missed,
  }
  return { measured, held }
}

export interface PrecisionAndRecall {
  /** The share of generated rows inside a real ball, 0 to 1. */
  readonly precision: number
  /** The share of real rows inside a generated ball. */
  readonly recall: number
}

/**
 * Improved precision and recall (Kynkäänniemi, Karras, Laine, Lehtinen and Aila 2019, §2): precision is the share of generated
 * rows within the k-nearest-neighbour balls of the real rows, recall the share of real rows within those of the generated ones. An
 * outlier has a large ball, so a few can hold a bad sample; `densityAndCoverage` mends that.
 *
 * Euclidean distances: standardise the columns first unless they share a unit. Costs twice N M distances.
 *
 * Throws `ShapeMismatch` (columns), `InvalidArgument` (rows, neighbours) or `NotFinite`.
 */
export const precisionAndRecall = (
  real: HostMatrix,
  generated: HostMatrix,
  { neighbours = 5 }: NeighbourhoodOptions = {},
): PrecisionAndRecall => {
  const where = 'precisionAndRecall'
  requireCount(where, 'neighbours', neighbours)
  requireSample(where, 'real', real)
  requireSample(where, 'generated', generated)
  requireSameColumns(where, ['real', 'generated'], real, generated)
  const within = (balls: HostMatrix, name: string, points: HostMatrix): number =>
    meanOf(ballsHolding(nearestBalls(where, name, balls, neighbours), points, 1))
  return { precision: within(real, 'real', generated), recall: within(generated, 'generated', real) }
}

/** `densityAndCoverage` and `precisionAndRecall` together, for samples that are checked already. */
export const neighbourhood = (real: HostMatrix, generated: HostMatrix, neighbours: number): DensityAndCoverage & PrecisionAndRecall => {
  const where = 'neighbourhood'
  const { measured, held } = coverageOf(nearestBalls(where, 'real', real, neighbours), generated, neighbours)
  return {
    ...measured,
    precision: meanOf(held.map((count) => Math.min(1, count))),
    recall: meanOf(ballsHolding(nearestBalls(where, 'generated', generated, neighbours), real, 1)),
  }
}
