import type { Backend, Matrix } from '@tweedie/core'
import type { ColumnMoments } from './data-moments.js'

/**
 * Preconditioning (Karras et al. 2022, "Elucidating the design space of diffusion-based generative models", eq. 7 and table 1) for any α and σ and
 * data of mean μ and standard deviation s. With r = x − αμ and q² = α²s² + σ², the variance of r:
 *
 *     input  r/q                              of mean 0 and variance 1
 *     output μ + (αs²/q²) r + (sσ/q) F        E[X₀ | X_t = x] of N(μ, s²) where F = 0; what F has to be is then of variance 1
 */
export interface Level<N> {
  /** α and σ, [M, 1], or [1, 1] where all rows share them. */
  readonly alpha: Matrix<N>
  readonly sigma: Matrix<N>
}

/** r/q, [M, D]. */
export const preconditionInput =
  <N>(B: Backend<N>, moments: ColumnMoments) =>
  (x: Matrix<N>, level: Level<N>): Matrix<N> =>
    B.scope(() => B.div(centred(B, moments, x, level), spread(B, moments, level)))

/** The output from x and F, [M, D]. */
export const preconditionOutput =
  <N>(B: Backend<N>, moments: ColumnMoments) =>
  (x: Matrix<N>, level: Level<N>, F: Matrix<N>): Matrix<N> =>
    B.scope(() => {
      const share = B.div(row(B, moments.deviation), spread(B, moments, level))
      const skipped = B.mul(centred(B, moments, x, level), B.mul(level.alpha, B.square(share)))
      const known = hasMean(moments) ? B.add(skipped, row(B, moments.mean)) : skipped
      return B.add(B.mul(F, B.mul(level.sigma, share)), known)
    })

const row = <N>(B: Backend<N>, numbers: Float64Array): Matrix<N> => B.tensor(numbers, [1, numbers.length])

const hasMean = ({ mean }: ColumnMoments): boolean => mean.some((each) => each !== 0)

const centred = <N>(B: Backend<N>, moments: ColumnMoments, x: Matrix<N>, { alpha }: Level<N>): Matrix<N> =>
  hasMean(moments) ? B.sub(x, B.mul(alpha, row(B, moments.mean))) : x

const spread = <N>(B: Backend<N>, { deviation }: ColumnMoments, { alpha, sigma }: Level<N>): Matrix<N> =>
  B.sqrt(B.add(B.square(B.mul(alpha, row(B, deviation))), B.square(sigma)))
