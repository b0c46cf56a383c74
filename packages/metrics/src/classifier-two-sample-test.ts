import { fold, type HostMatrix, isPromise, type Key, permutation, takeRows, tweedieError } from '@tweedie/core'
import { areaUnderRoc } from './area-under-roc.js'
import type { Classifier, LabelledRows } from './classifier.js'
import { boostingClassifier } from './gradient-boosting.js'
import { normalTail } from './normal-tail.js'
import { subsampleRows } from './subsample.js'
import { requireCount, requireSameColumns, requireSample } from './validate.js'

export interface ClassifierTwoSampleTestOptions<
  Scores extends Float64Array | Promise<Float64Array> = Float64Array | Promise<Float64Array>,
> {
  /** Draws the folds and the subsamples, and is what the classifier draws from: the same key, the same result. */
  readonly key: Key
  /** Default gradient boosting with its defaults. */
  readonly classifier?: Classifier<Scores>
  /** Parts of the cross-validation, at least 2; default 5. */
  readonly folds?: number
  /** A larger sample is cut to this many rows. */
  readonly maxRows?: number
}

/** How well a classifier tells two samples apart. */
export interface ClassifierTwoSampleTest {
  /** The share of rows put in their own sample, each by a classifier that had not seen it; ½ when the samples cannot be told apart. */
  readonly accuracy: number
  readonly accuracyStandardError: number
  /** Of "accuracy ½" against "above ½", by the normal approximation. */
  readonly accuracyPValue: number
  /** The area under the ROC curve, averaged over folds. */
  readonly area: number
  readonly areaStandardError: number
  /** Of "area ½" against "above ½". */
  readonly areaPValue: number
  /** Rows of each sample that were used. */
  readonly rows: number
  readonly folds: number
  readonly classifier: string
}

/** One part of the cross-validation: rows of a have label 0, rows of b label 1, and the queries are as many of a, then of b. */
interface Part {
  readonly training: LabelledRows
  readonly queries: HostMatrix
  readonly key: Key
}

const stack = (a: HostMatrix, b: HostMatrix): HostMatrix => {
  const data = new Float64Array(a.data.length + b.data.length)
  data.set(a.data)
  data.set(b.data, a.data.length)
  return { data, rows: a.rows + b.rows, columns: a.columns }
}

/** Both samples are dealt to the folds in random order, so every fold has as many rows of each. */
const parts = (a: HostMatrix, b: HostMatrix, folds: number, key: Key): Part[] => {
  const [ofA, ofB] = [permutation(fold(key, 0), a.rows), permutation(fold(key, 1), b.rows)]
  const pick = (matrix: HostMatrix, order: Uint32Array, wanted: (place: number) => boolean): HostMatrix =>
    takeRows(matrix, order.filter((_, place) => wanted(place)).sort())
  return Array.from({ length: folds }, (_, f) => {
    const held = (place: number): boolean => place % folds === f
    const kept = (place: number): boolean => place % folds !== f
    const [trainA, trainB] = [pick(a, ofA, kept), pick(b, ofB, kept)]
    return {
      training: { rows: stack(trainA, trainB), labels: Uint8Array.from({ length: 2 * trainA.rows }, (_, i) => (i < trainA.rows ? 0 : 1)) },
      queries: stack(pick(a, ofA, held), pick(b, ofB, held)),
      key: fold(fold(key, 2), f),
    }
  })
}

const requireScores = (scores: Float64Array, queries: HostMatrix, name: string): void => {
  if (scores.length !== queries.rows)
    throw tweedieError(
      'ShapeMismatch',
      'classifierTwoSampleTest',
      `${name} gave ${scores.length} scores for ${queries.rows} rows`,
      'Give one score for each row',
    )
  const bad = scores.findIndex(Number.isNaN)
  if (bad >= 0)
    throw tweedieError('NotFinite', 'classifierTwoSampleTest', `${name} scored row ${bad} NaN`, 'Lower its learning rate or scale the data')
}

const assess = (scores: readonly Float64Array[], all: readonly Part[], rows: number, classifier: string): ClassifierTwoSampleTest => {
  let right = 0
  const areas = scores.map((score, f) => {
    requireScores(score, (all[f] as Part).queries, classifier)
    const [ofA, ofB] = [score.subarray(0, score.length / 2), score.subarray(score.length / 2)]
    const rightOf = (sign: number) => (sum: number, value: number) => sum + (value === 0 ? 0.5 : value * sign > 0 ? 1 : 0)
    right += ofA.reduce(rightOf(-1), 0) + ofB.reduce(rightOf(1), 0)
    return areaUnderRoc(ofB, ofA)
  })
  const folds = scores.length
  const accuracy = right / (2 * rows)
  const mean = (value: (f: number) => number): number => scores.reduce((sum, _, f) => sum + value(f), 0) / folds
  const area = mean((f) => areas[f]?.area as number)
  // Var of a mean over folds that share training rows, (1/folds + 1/(folds − 1)) σ², over that of independent ones.
  const shared = Math.sqrt(1 + folds / (folds - 1))
  // When nothing can be told, an area of r and r rows has variance (2r + 1)/(12 r²).
  const pooled = (of: (f: number) => number): number => shared * Math.sqrt(mean((f) => of(f) ** 2) / folds)
  const byChance = pooled((f) => {
    const each = (all[f] as Part).queries.rows / 2
    return Math.sqrt((2 * each + 1) / (12 * each * each))
  })
  return {
    accuracy,
    accuracyStandardError: shared * Math.sqrt((accuracy * (1 - accuracy)) / (2 * rows)),
    accuracyPValue: normalTail(((accuracy - 0.5) * 2 * Math.sqrt(2 * rows)) / shared),
    area,
    areaStandardError: pooled((f) => areas[f]?.standardError as number),
    areaPValue: normalTail((area - 0.5) / byChance),
    rows,
    folds,
    classifier,
  }
}

/**
 * The classifier two-sample test (Lopez-Paz and Oquab 2017): how often a classifier tells which of two samples a row comes from, by
 * cross-validation. ½ means it cannot; no classifier reaches more than ½ + ½ TV(p, q) on average. Both samples are cut to the same number of
 * rows by `key`, so a classifier that learnt nothing is right half the time. Scores of exactly 0 count half.
 *
 * Accuracy and area come with a standard error and a one-sided p-value against ½. The folds share training rows, so their variance is
 * multiplied by 1 + folds/(folds − 1) (Nadeau and Bengio 2003): a factor of 1.5 on the standard error with 5 folds, where boosting on equal
 * Gaussians has 1.2 to 1.4 (accuracy) and 1.3 to 1.5 (area). Rows that stand in both samples, or twice in one, are not independent, and
 * let a classifier that memorises be right (or wrong) about them.
 *
 * With a classifier that answers at once (the default, `boostingClassifier()`) so does the test; with one that gives a promise it gives
 * a promise. Both samples need 2 rows for each fold.
 *
 * Throws `ShapeMismatch` (columns), `InvalidArgument` (rows, options) or `NotFinite`.
 */
export function classifierTwoSampleTest(
  a: HostMatrix,
  b: HostMatrix,
  options: ClassifierTwoSampleTestOptions<Float64Array>,
): ClassifierTwoSampleTest
export function classifierTwoSampleTest(
  a: HostMatrix,
  b: HostMatrix,
  options: ClassifierTwoSampleTestOptions,
): Promise<ClassifierTwoSampleTest>
export function classifierTwoSampleTest(
  a: HostMatrix,
  b: HostMatrix,
  { key, classifier = boostingClassifier(), folds = 5, maxRows = Number.MAX_SAFE_INTEGER }: ClassifierTwoSampleTestOptions,
): ClassifierTwoSampleTest | Promise<ClassifierTwoSampleTest> {
  const where = 'classifierTwoSampleTest'
  requireCount(where, 'folds', folds, 2)
  requireCount(where, 'maxRows', maxRows, 2 * folds)
  requireSample(where, 'a', a, 2 * folds)
  requireSample(where, 'b', b, 2 * folds)
  requireSameColumns(where, ['a', 'b'], a, b)
  const rows = Math.min(a.rows, b.rows, maxRows)
  const all = parts(subsampleRows(a, rows, fold(key, 0)), subsampleRows(b, rows, fold(key, 1)), folds, fold(key, 2))
  const answer = (part: Part) => classifier.logOdds(part.training, part.queries, part.key)
  const scores: Float64Array[] = []
  for (const [f, part] of all.entries()) {
    const given = answer(part)
    if (isPromise(given))
      return awaitAll(given, all.slice(f + 1), answer).then((later) => assess([...scores, ...later], all, rows, classifier.name))
    scores.push(given)
  }
  return assess(scores, all, rows, classifier.name)
}

/** One after the other, so that one network at a time is in memory. */
const awaitAll = async (
  first: Promise<Float64Array>,
  rest: readonly Part[],
  answer: (part: Part) => Float64Array | Promise<Float64Array>,
): Promise<Float64Array[]> => {
  const scores = [await first]
  for (const part of rest) scores.push(await answer(part))
  return scores
}
