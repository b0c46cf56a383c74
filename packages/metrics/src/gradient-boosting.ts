import { type HostMatrix, type Key, permutation, takeRows, tweedieError } from '@tweedie/core'
import { binColumns } from './boosting/bin-columns.js'
import { type GrowingRoom, growTree, type TreeLimits } from './boosting/grow-tree.js'
import { histogramOffsets, type Slopes } from './boosting/histogram.js'
import { type Tree, treeValue } from './boosting/tree.js'
import { type Classifier, type LabelledRows, requireLabelled } from './classifier.js'
import { requireAtLeast, requireCount, requireSample } from './validate.js'

export interface GradientBoostingOptions {
  /** How many trees, at most; default 100. */
  readonly trees?: number
  /** What each tree's values are multiplied by, above 0; default 0.1. */
  readonly learningRate?: number
  /** The most leaves of a tree, at least 2; default 31. */
  readonly leaves?: number
  /** The most questions on the way to a leaf; no limit by default. */
  readonly depth?: number
  /** The fewest rows of a leaf; default 20. */
  readonly minimumLeafRows?: number
  /** λ, the L2 penalty on leaf values; default 0. */
  readonly penalty?: number
  /** The most bins of a column, 2 to 256; default 255. */
  readonly bins?: number
  /** Stops once the loss on rows held out has not fallen for `patience` trees, and keeps the trees up to the least. Off by default. */
  readonly earlyStopping?: EarlyStopping
}

export interface EarlyStopping {
  /** Draws the rows held out. */
  readonly key: Key
  /** The share of rows held out, between 0 and 1; default 0.1. */
  readonly fraction?: number
  /** Default 10 trees. */
  readonly patience?: number
}

/** A sum of trees: the log-odds of label 1 are `baseline` plus the value of each tree. */
export interface BoostedTrees {
  readonly baseline: number
  readonly trees: readonly Tree[]
  /** How many columns the rows have. */
  readonly columns: number
  /** Mean logistic loss on the rows held out, before the first tree and after each one that was grown; empty without early stopping. */
  readonly validationLoss: readonly number[]
}

/** The least sum of second derivatives in a leaf, as LightGBM and scikit-learn have it. */
const minimumCurvature = 1e-3

const complete = (options: GradientBoostingOptions): Required<Omit<GradientBoostingOptions, 'earlyStopping'>> => {
  const where = 'gradientBoosting'
  const all = { trees: 100, learningRate: 0.1, leaves: 31, minimumLeafRows: 20, penalty: 0, bins: 255, ...options }
  requireCount(where, 'trees', all.trees)
  requireAtLeast(where, 'learningRate', all.learningRate, 0, true)
  requireCount(where, 'leaves', all.leaves, 2)
  if (all.depth !== undefined) requireCount(where, 'depth', all.depth)
  requireCount(where, 'minimumLeafRows', all.minimumLeafRows)
  requireAtLeast(where, 'penalty', all.penalty, 0)
  requireCount(where, 'bins', all.bins, 2)
  if (all.bins > 256) throw tweedieError('InvalidArgument', where, `bins is ${all.bins}`, 'Use at most 256')
  return { ...all, depth: all.depth ?? Number.POSITIVE_INFINITY }
}

/** The logistic loss ln(1 + e^s) − y s of one row, without overflow. */
const logisticLoss = (score: number, label: number): number => Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - label * score

/** Gradient p − y and second derivative p (1 − p) of the logistic loss, in units of `unit`, rounded to whole ones. */
const writeSlopes = ({ gradients, curvatures }: Slopes, scores: Float64Array, labels: ArrayLike<number>, unit: number): void => {
  for (let i = 0; i < scores.length; i++) {
    const p = 1 / (1 + Math.exp(-(scores[i] as number)))
    gradients[i] = Math.round((p - (labels[i] as number)) / unit)
    curvatures[i] = Math.round((p * (1 - p)) / unit)
  }
}

/** Training rows and, with early stopping, rows held out. */
const divide = ({ rows, labels }: LabelledRows, stopping: EarlyStopping | undefined): [LabelledRows, LabelledRows | undefined] => {
  if (stopping === undefined) return [{ rows, labels }, undefined]
  const { key, fraction = 0.1, patience = 10 } = stopping
  requireCount('gradientBoosting', 'patience', patience)
  const held = Math.round(fraction * rows.rows)
  if (!(held >= 1 && held < rows.rows))
    throw tweedieError(
      'InvalidArgument',
      'gradientBoosting',
      `a validation fraction of ${fraction} of ${rows.rows} rows`,
      'Use a fraction that leaves rows on both sides',
    )
  const order = permutation(key, rows.rows)
  const part = (indices: Uint32Array): LabelledRows => ({
    rows: takeRows(rows, indices),
    labels: Uint8Array.from(indices, (i) => labels[i] as number),
  })
  const training = part(order.subarray(held).sort())
  requireLabelled('gradientBoosting, without its validation rows', training)
  return [training, part(order.subarray(0, held).sort())]
}

/**
 * A binary classifier by gradient boosting (Friedman 2001, algorithm 5, with Newton steps): a sum of regression trees, each grown leaf by
 * leaf on histograms of binned columns (Ke et al. 2017) against the logistic loss. The defaults are those of scikit-learn's
 * `HistGradientBoostingClassifier` with early stopping off, and so are the bins, the gain and the stopping rules.
 *
 * Gradients are rounded to multiples of 2⁻³⁰ (coarser above 2²² rows), so every sum of them is exact: the model is the same to the last
 * bit whatever the order of the rows.
 *
 * Throws `InvalidArgument` (labels, options, a class without rows), `ShapeMismatch` (number of labels) or `NotFinite`.
 */
export const gradientBoosting = (training: LabelledRows, options: GradientBoostingOptions = {}): BoostedTrees => {
  const settings = complete(options)
  requireLabelled('gradientBoosting', training)
  const [{ rows, labels }, validation] = divide(training, options.earlyStopping)
  const binned = binColumns(rows, settings.bins)
  const count = rows.rows
  const unit = 2 ** -Math.min(30, 52 - Math.ceil(Math.log2(count)))
  const limits: TreeLimits = { ...settings, penalty: settings.penalty / unit, minimumCurvature: minimumCurvature / unit }
  const offsets = histogramOffsets(binned)
  const room: GrowingRoom = {
    offsets,
    order: new Int32Array(count),
    spare: new Int32Array(count),
    histograms: Array.from({ length: Math.min(settings.leaves, count) }, () => new Float64Array(offsets[rows.columns] as number)),
  }
  const ones = Array.from(labels).reduce((sum, label) => sum + label, 0)
  const baseline = Math.log(ones / (count - ones))
  const scores = new Float64Array(count).fill(baseline)
  const slopes: Slopes = { gradients: new Float64Array(count), curvatures: new Float64Array(count) }
  const watch = watched(validation, baseline, options.earlyStopping?.patience ?? 10)
  const trees: Tree[] = []
  while (trees.length < settings.trees && !watch.enough()) {
    writeSlopes(slopes, scores, labels, unit)
    const tree = growTree(binned, slopes, scores, limits, room)
    if (tree.columns.length === 1 && tree.values[0] === 0) break
    trees.push(tree)
    watch.add(tree)
  }
  return { baseline, trees: trees.slice(0, watch.best(trees.length)), columns: rows.columns, validationLoss: watch.losses }
}

/** The loss on rows held out as trees are added. */
const watched = (validation: LabelledRows | undefined, baseline: number, patience: number) => {
  if (validation === undefined) return { losses: [], enough: () => false, add: () => {}, best: (count: number) => count }
  const { rows, labels } = validation
  const scores = new Float64Array(rows.rows).fill(baseline)
  const mean = (): number => scores.reduce((sum, score, i) => sum + logisticLoss(score, labels[i] as number), 0) / rows.rows
  const losses = [mean()]
  const least = (): number => losses.indexOf(Math.min(...losses))
  return {
    losses,
    enough: () => losses.length - 1 - least() >= patience,
    add: (tree: Tree) => {
      for (let i = 0; i < rows.rows; i++) scores[i] = (scores[i] as number) + treeValue(tree, rows.data, i * rows.columns)
      losses.push(mean())
    },
    best: () => least(),
  }
}

/** The log-odds of label 1 for each row of `queries`. Throws `ShapeMismatch` (columns), `InvalidArgument` (no rows) or `NotFinite`. */
export const boostedLogOdds = ({ baseline, trees, columns }: BoostedTrees, queries: HostMatrix): Float64Array => {
  requireSample('boostedLogOdds', 'queries', queries)
  if (queries.columns !== columns)
    throw tweedieError(
      'ShapeMismatch',
      'boostedLogOdds',
      `queries have ${queries.columns} columns and the trees ${columns}`,
      'Query with rows of the same table',
    )
  const scores = new Float64Array(queries.rows).fill(baseline)
  for (const tree of trees)
    for (let i = 0; i < queries.rows; i++) scores[i] = (scores[i] as number) + treeValue(tree, queries.data, i * columns)
  return scores
}

/** `gradientBoosting` as a `Classifier`; early stopping draws its rows by the key that the classifier is given. */
export const boostingClassifier = (
  options: Omit<GradientBoostingOptions, 'earlyStopping'> & { readonly earlyStopping?: Omit<EarlyStopping, 'key'> } = {},
): Classifier<Float64Array> => {
  const { earlyStopping, ...rest } = options
  return {
    name: 'gradient boosting',
    logOdds: (training, queries, key) =>
      boostedLogOdds(gradientBoosting(training, { ...rest, ...(earlyStopping && { earlyStopping: { ...earlyStopping, key } }) }), queries),
  }
}
