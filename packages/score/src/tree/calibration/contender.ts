import type { Backend, CloudTreePosterior, Matrix, NoiseLevel, PosteriorOf, Tensor, TreeQuery } from '@tweedie/core'
import type { Visits } from '../visits.js'

/** The ways to evaluate a cloud: all of it, or by its tree. */
export type Way = { readonly method: 'none' } | TreeQuery

/** What a way is asked for: the mean alone, or the moments with it. */
export type Asked = 'mean' | 'moments'

/** The exact posterior and the tree's. */
export interface CloudEvaluators<N> {
  readonly mean: (x: Matrix<N>, level: NoiseLevel) => Matrix<N>
  readonly moments: (x: Matrix<N>, level: NoiseLevel) => PosteriorOf<N>
  readonly tree: CloudTreePosterior<N>
  /** Groups and points that the tree has visited so far, where it counts them. */
  readonly visits?: Visits
}

export const meanBy = <N>(evaluators: CloudEvaluators<N>, way: Way, x: Matrix<N>, level: NoiseLevel): Matrix<N> =>
  way.method === 'none' ? evaluators.mean(x, level) : (evaluators.tree.mean(x, level, way) as Matrix<N>)

export const momentsBy = <N>(evaluators: CloudEvaluators<N>, way: Way, x: Matrix<N>, level: NoiseLevel): PosteriorOf<N> =>
  way.method === 'none' ? evaluators.moments(x, level) : (evaluators.tree.moments(x, level, way) as PosteriorOf<N>)

/** What a way gave for some queries, on the host, and how long it took per query. */
export interface Trial {
  readonly mean: Float64Array
  readonly logDensity?: Float64Array
  readonly covarianceTrace?: Float64Array
  readonly effectiveSampleSize?: Float64Array
  readonly milliseconds: number
  /** Groups and points visited per query, where the tree counts them. */
  readonly visits?: Visits
}

/** Runs a way on queries and reads what it gives. */
export const tryWay = <N>(
  B: Backend<N>,
  readNow: (x: Tensor<N>) => Float64Array,
  evaluators: CloudEvaluators<N>,
  asked: Asked,
  way: Way,
  probes: Float64Array,
  dimension: number,
  level: NoiseLevel,
): Trial => {
  const values: { -readonly [K in keyof Trial]: Trial[K] } = { mean: new Float64Array(0), milliseconds: 0 }
  B.scope(() => {
    const count = probes.length / dimension
    const x: Matrix<N> = B.tensor(probes, [count, dimension])
    const before = { ...evaluators.visits }
    const start = performance.now()
    if (asked === 'mean') values.mean = readNow(meanBy(evaluators, way, x, level))
    else {
      const { mean, logDensity, covarianceTrace, effectiveSampleSize } = momentsBy(evaluators, way, x, level)
      values.mean = readNow(mean)
      values.logDensity = readNow(logDensity)
      values.covarianceTrace = readNow(covarianceTrace)
      values.effectiveSampleSize = readNow(effectiveSampleSize)
    }
    values.milliseconds = (performance.now() - start) / count
    const { groups, points } = evaluators.visits ?? {}
    if (way.method !== 'none' && groups !== undefined && points !== undefined)
      values.visits = { groups: (groups - (before.groups ?? 0)) / count, points: (points - (before.points ?? 0)) / count }
  })
  return values
}

/**
 * The error of each query: |Δm|₂ in its unit u; for moments the largest of that, |Δ ln p|, |Δ trace| in u², and Δ effective sample size relative to it. A
 * query that is not a number in one alone is infinitely wrong.
 */
export const errorsOf = (found: Trial, exact: Trial, dimension: number, unit: number): Float64Array =>
  Float64Array.from({ length: exact.mean.length / dimension }, (_, q) => {
    let squares = 0
    for (let j = q * dimension; j < (q + 1) * dimension; j++) squares += ((found.mean[j] as number) - (exact.mean[j] as number)) ** 2
    const errors = [Math.sqrt(squares) / unit]
    if (exact.logDensity !== undefined) {
      errors.push(Math.abs(at(found.logDensity, q) - at(exact.logDensity, q)))
      errors.push(Math.abs(at(found.covarianceTrace, q) - at(exact.covarianceTrace, q)) / unit ** 2)
      errors.push(Math.abs(at(found.effectiveSampleSize, q) / at(exact.effectiveSampleSize, q) - 1))
    }
    return errors.reduce((worst, error) => (Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(worst, error)), 0)
  })

const at = (values: Float64Array | undefined, q: number): number => values?.[q] ?? Number.NaN
