import { type Backend, type ForwardProcess, type Matrix, tweedieError, type Vector } from '@tweedie/core'

/** A log-density at a time: [M, D], t → [M]. The `logDensity` of every field of a law is one. */
export type LogDensity<N> = (x: Matrix<N>, t: number) => Vector<N>

/**
 * ln N(0, σ_t² I): the law that sampling starts from. The law of the data's own X_t differs from it by what is left of the data there,
 * KL(p_t ‖ N(0, σ_t² I)) ≤ (α_t²/(2σ_t²)) E|X₀|², which is 0 where α_t = 0. Throws `InvalidArgument` where σ_t is not positive and finite.
 */
export const noisePrior =
  <N>(B: Backend<N>, process: ForwardProcess): LogDensity<N> =>
  (x, t) => {
    const sigma = process.sigma(t)
    if (!(sigma > 0 && Number.isFinite(sigma)))
      throw tweedieError(
        'InvalidArgument',
        `noisePrior of ${process.name}`,
        `σ = ${sigma} at t = ${t}`,
        'Start the grid at a time with positive, finite noise',
      )
    return B.scope(() => {
      const squares: Vector<N> = B.sum(B.square(B.mul(x, 1 / sigma)), 1)
      return B.sub(B.mul(squares, -0.5), B.shape(x)[1] * (0.5 * Math.log(2 * Math.PI) + Math.log(sigma)))
    })
  }
