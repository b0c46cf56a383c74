import { type Backend, tweedieError } from '@tweedie/core'
import { as, type Field, type Kind } from '@tweedie/score'
import { type Estimate, estimate } from './mean-error.js'
import { evaluate, type NoisedSampleOptions, noisedSample } from './noised-sample.js'

export interface PosteriorVarianceOptions<N> extends NoisedSampleOptions {
  /** An exact field or a network's, of any kind: it is read as a denoiser. */
  readonly field: Field<Kind, N>
  readonly times: readonly number[]
}

/** E |X₀ − m(X_t, t)|² at a time. */
export interface PosteriorVariance extends Estimate {
  readonly t: number
  /** σ²/α², which is e^t − 1 for Ornstein and Uhlenbeck: 1/λ(t) of eq. (34). */
  readonly noiseToSignal: number
}

/**
 * E |X₀ − m(X_t, t)|², the left side of paper B's eq. (65) (Figure 8), by independent draws at each time. For the exact m it is the expected posterior
 * variance E tr Cov(X₀ | X_t); for a network it is larger by its squared error.
 *
 * Rejects with `InvalidArgument` for a count or time that is none or a kind of field that does not give a denoiser there, `NotFinite` where the field is
 * no number, `Aborted`, and with what the field throws.
 */
export const posteriorVariance = async <N>(B: Backend<N>, options: PosteriorVarianceOptions<N>): Promise<readonly PosteriorVariance[]> => {
  const { process, times } = options
  const denoiser = as('denoiser', process)(options.field)
  const variances: PosteriorVariance[] = []
  for (const [k, t] of times.entries()) {
    const { clean, noised } = noisedSample('posteriorVariance', options, t, k)
    const mean = await evaluate(B, 'posteriorVariance', denoiser, noised, t, options)
    const squares = new Float64Array(clean.rows)
    for (let i = 0; i < clean.rows; i++)
      for (let e = i * clean.columns; e < (i + 1) * clean.columns; e++)
        squares[i] = (squares[i] as number) + ((clean.data[e] as number) - (mean.data[e] as number)) ** 2
    variances.push({ t, noiseToSignal: (process.sigma(t) / process.alpha(t)) ** 2, ...estimate(squares) })
  }
  return variances
}

/** The constant c of eq. (65). */
export interface DimensionFit {
  /** c of E|X₀ − m|² = c σ²/α²: the dimension of the support where times are small. */
  readonly dimension: number
  readonly standardError: number
  /** c at each time alone. Where they differ by more than their errors, the times are not small yet. */
  readonly perTime: readonly (Estimate & { readonly t: number })[]
}

/**
 * The intrinsic dimension that posterior variances show (paper B, eq. (65)): c of E|X₀ − m|² = c σ²/α² at small times; 0 for points, 1 for a curve, 2 for a
 * surface. Least squares with weights (α²/σ²)², since the standard error is in proportion to σ²/α² there: the mean of the c of the times. Its
 * standard error takes the times for independent, as `posteriorVariance` draws them.
 *
 * Throws `InvalidArgument` for no times, or a time without noise or without data (σ²/α² not positive and finite).
 */
export const intrinsicDimension = (variances: readonly PosteriorVariance[]): DimensionFit => {
  if (variances.length === 0)
    throw tweedieError('InvalidArgument', 'intrinsicDimension', 'no times', 'Give the posterior variance at one at least')
  const perTime = variances.map(({ t, mean, standardError, noiseToSignal }) => {
    if (!(noiseToSignal > 0 && Number.isFinite(noiseToSignal)))
      throw tweedieError(
        'InvalidArgument',
        'intrinsicDimension',
        `σ²/α² = ${noiseToSignal} at t = ${t}`,
        'Use times with both noise and data',
      )
    return { t, mean: mean / noiseToSignal, standardError: standardError / noiseToSignal }
  })
  const count = perTime.length
  return {
    dimension: perTime.reduce((sum, { mean }) => sum + mean, 0) / count,
    standardError: Math.sqrt(perTime.reduce((sum, { standardError }) => sum + standardError ** 2, 0)) / count,
    perTime,
  }
}
