import { tweedieError } from '@tweedie/core'
import { midranks } from './midranks.js'
import { normalTail } from './normal-tail.js'

/** The area under the ROC curve and how sure it is. */
export interface AreaUnderRoc {
  /** P(positive > negative) + ½ P(equal): 1 when every positive scores above every negative, ½ when scores tell nothing. */
  readonly area: number
  /** DeLong's standard error; null with fewer than two positives or two negatives. */
  readonly standardError: number | null
  /** One-sided p-value of "area ½" against "above ½" by the normal approximation of the rank sum (Mann and Whitney 1947, ties corrected). */
  readonly pValue: number
}

const requireScores = (name: string, scores: ArrayLike<number>): void => {
  if (scores.length === 0) throw tweedieError('InvalidArgument', 'areaUnderRoc', `${name} is empty`, 'Pass scores of both classes')
  for (let i = 0; i < scores.length; i++)
    if (Number.isNaN(scores[i] as number))
      throw tweedieError('NotFinite', 'areaUnderRoc', `${name} has NaN at index ${i}`, 'Drop the rows without a score')
}

/** The sample variance over n: the squared standard error of a mean. */
const varianceOfMean = (values: Float64Array): number => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) / values.length
}

/** Σ (t³ − t) over groups of t equal values. */
const tieTerm = (sorted: Float64Array): number => {
  let sum = 0
  for (let from = 0; from < sorted.length; ) {
    let to = from + 1
    while (to < sorted.length && sorted[to] === sorted[from]) to++
    sum += (to - from) ** 3 - (to - from)
    from = to
  }
  return sum
}

/**
 * The area under the ROC curve of scores that should be higher for positives (anomalies, rows of label 1), with ties counted half. It is
 * the Mann–Whitney statistic over m n, so it depends on the order of the scores only; infinite scores are allowed.
 *
 * The standard error is DeLong, DeLong and Clarke-Pearson's (1988), by mid-ranks (Sun and Xu 2014). It is 0 when the classes do
 * not overlap.
 *
 * Throws `InvalidArgument` (a class without scores) or `NotFinite` (NaN).
 */
export const areaUnderRoc = (positives: ArrayLike<number>, negatives: ArrayLike<number>): AreaUnderRoc => {
  requireScores('positives', positives)
  requireScores('negatives', negatives)
  const [m, n] = [positives.length, negatives.length]
  const above = Float64Array.from(positives).sort()
  const below = Float64Array.from(negatives).sort()
  const all = new Float64Array(m + n)
  all.set(above)
  all.set(below, m)
  all.sort()
  const pooled = midranks(all)
  // How many of the other class each value beats, ties counted half: its rank among all less its rank among its own.
  const wins = (sorted: Float64Array): Float64Array => {
    let at = 0
    return midranks(sorted).map((rank, i) => {
      while (all[at] !== sorted[i]) at++
      return (pooled[at] as number) - rank
    })
  }
  const positiveWins = wins(above)
  const total = positiveWins.reduce((sum, value) => sum + value, 0)
  const area = total / m / n
  const standardError =
    m < 2 || n < 2
      ? null
      : Math.sqrt(varianceOfMean(positiveWins.map((value) => value / n)) + varianceOfMean(wins(below).map((value) => value / m)))
  // Variance of the area when both classes have one distribution; 0 when every score is the same.
  const count = m + n
  const nullVariance = count < 2 ? 0 : (count + 1 - tieTerm(all) / (count * (count - 1))) / (12 * m * n)
  return { area, standardError, pValue: nullVariance > 0 ? normalTail((area - 0.5) / Math.sqrt(nullVariance)) : 0.5 }
}
