import { type Backend, type CloudTree, type Matrix, type NoiseLevel, type PosteriorOf, type TreeQuery, tweedieError } from '@tweedie/core'
import type { WeightedCloud } from '../weighted-cloud.js'
import { type Asked, type CloudEvaluators, meanBy, momentsBy, tryWay } from './calibration/contender.js'
import { errorUnit } from './calibration/error-unit.js'
import { type Ladder, ladder } from './calibration/ladder.js'
import { measureRung, type RungSettings } from './calibration/rung.js'
import { cloudTree } from './cloud-tree.js'
import { guardedTree } from './guarded-tree.js'
import { type IndexReport, reportOf } from './index-report.js'
import { treeOnHost } from './tree-on-host.js'

export interface IndexOptions {
  /**
   * How queries are answered without visiting the whole cloud. `none`: they are not. `certified`: every part that is left out is bounded, so that
   * |m − exact|₂ ≤ tol · √D min(σ/α, s) for any query, but for rounding. `verified`: distant groups stand for Gaussians of their moments, as coarse as is
   * measured to keep that error on queries of the law of X_t; faster at medium and large noise.
   */
  readonly index?: 'none' | 'certified' | 'verified'
  /** The error of the denoiser that is allowed, in the unit √D · min(σ/α, s), s the spread of the cloud per coordinate: 1e-3 when not given. */
  readonly tol?: number
  /**
   * `fastest`: per noise level whichever of the way asked for, the ways stricter than it, and the exact sum was measured to be fastest here. Within the
   * tolerance results then depend on the machine. `always`: the way asked for wherever it keeps the tolerance, with no look at the clock: the
   * same results on every run.
   */
  readonly choose?: 'fastest' | 'always'
}

/** A cloud behind its index. */
export interface IndexedCloud<N> {
  readonly mean: (x: Matrix<N>, level: NoiseLevel) => Matrix<N>
  readonly moments: (x: Matrix<N>, level: NoiseLevel) => PosteriorOf<N>
  readonly report: () => IndexReport
  readonly free: () => void
}

/** Orders a cloud as a tree and puts it before its exact evaluation. Throws `InvalidArgument` (options) or `Unsupported` (the backend). */
export const indexedCloud = <N>(
  B: Backend<N>,
  { name, points, logWeights }: WeightedCloud,
  exact: Pick<CloudEvaluators<N>, 'mean' | 'moments'>,
  { index = 'none', tol = 1e-3, choose = 'fastest' }: IndexOptions,
): IndexedCloud<N> => {
  if (!(tol > 0 && Number.isFinite(tol))) throw tweedieError('InvalidArgument', name, `tol ${tol}`, 'Use a positive number, such as 1e-3')
  if (index !== 'certified' && index !== 'verified')
    throw tweedieError('InvalidArgument', name, `index ${String(index)}`, "Use 'none', 'certified' or 'verified'")
  if (choose !== 'fastest' && choose !== 'always')
    throw tweedieError('InvalidArgument', name, `choose ${String(choose)}`, "Use 'fastest' or 'always'")
  const { readNow } = B
  if (readNow === undefined)
    throw tweedieError('Unsupported', name, `an index on backend ${B.name}, which does not give its numbers at once`, "Use index: 'none'")

  // Bounds need boxes alone: axes are for groups that stand for Gaussians.
  const tree: CloudTree = cloudTree(points, logWeights, index === 'certified' ? { rank: 0 } : {})
  const unitAt = errorUnit(tree)
  const evaluators = evaluatorsOf(B, tree, exact, (level) => ({ method: 'certified', tolerance: tol * unitAt(level) }))
  const ladderFor = (asked: Asked): Ladder => {
    const settings: RungSettings = {
      asked,
      tolerance: tol,
      index,
      choose,
      trial: (what, way, probes, level) => tryWay(B, readNow, evaluators, what, way, probes, tree.dimension, level),
    }
    return ladder(tree, settings, measureRung(tree, settings))
  }
  const ladders = { mean: ladderFor('mean'), moments: ladderFor('moments') }
  return {
    mean: (x, level) => meanBy(evaluators, ladders.mean.choose(level).way, x, level),
    moments: (x, level) => momentsBy(evaluators, ladders.moments.choose(level).way, x, level),
    report: () => reportOf(tol, ladders),
    free: evaluators.tree.free,
  }
}

/** The exact evaluation with the backend's own tree, or the host's where it has none. */
const evaluatorsOf = <N>(
  B: Backend<N>,
  tree: CloudTree,
  exact: Pick<CloudEvaluators<N>, 'mean' | 'moments'>,
  bounds: (level: NoiseLevel) => TreeQuery,
): CloudEvaluators<N> => {
  if (B.cloudTree !== undefined) return { ...exact, tree: guardedTree(B, tree, B.cloudTree(tree), bounds) }
  const onHost = treeOnHost(B, tree)
  return { ...exact, tree: guardedTree(B, tree, onHost, bounds), visits: onHost.visits }
}
