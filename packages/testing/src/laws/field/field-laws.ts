import type { ForwardProcess } from '@tweedie/core'
import type { Law } from '../law.js'
import type { QueryOptions } from './evaluate.js'
import { type DataOptions, integralLaws } from './integrals.js'
import { type LawfulField, pointwiseLaws } from './pointwise.js'
import { type SampleOptions, sampledLaws } from './sampled.js'

export interface FieldLawOptions extends QueryOptions, DataOptions, SampleOptions {}

/**
 * What the posterior mean of a density keeps. The step of every difference is a hundredth of min(σ, σ²/(α radius)), so a float64 backend is needed: the
 * score, of size 1/σ, is then right to 1e-6/σ.
 *
 * Always: rows alone, a finite log-density, Tweedie's formula, a Jacobian that is a covariance; and a `score` and `moments` of the field's own where
 * it has them. With `support`, in one and two dimensions: the density integrates to 1 and the Markov property of paper B, eq. (20); with `mean`
 * also E[m] = E[X_0], with `covarianceTrace` the law of total variance. With `sample`, in any dimension, expectations by Monte Carlo.
 *
 * Throws `InvalidArgument` when the process does not reach noise at which the laws can be checked.
 */
export const fieldLaws = <N>(field: LawfulField<N>, process: ForwardProcess, options: FieldLawOptions): readonly Law[] => {
  const { dimension, support, sample } = options
  return [
    ...pointwiseLaws(field, process, options),
    ...(support !== undefined && dimension <= 2 ? integralLaws(field, process, { ...options, support }) : []),
    ...(sample !== undefined ? sampledLaws(field, process, { ...options, sample }) : []),
  ]
}
