import type { Backend, ForwardProcess, Matrix, NoiseLevel, Tensor, Vector } from '@tweedie/core'
import { type DensityField, field, type MomentField, type PosteriorMoments } from './field.js'
import { noiseLevel } from './noise-level.js'
import { requireQueries } from './validate.js'

/**
 * A law of X₀ seen through Gaussian noise, X = α X₀ + σ Z: what a source writes. `densityField` puts a forward process under it.
 */
export interface Law<N> {
  /** How the law names itself in messages. */
  readonly name: string
  /** Number of columns D. */
  readonly dimension: number
  /** E[X₀ | X = x], [M, D] → [M, D]. */
  readonly denoise: (x: Matrix<N>, level: NoiseLevel) => Matrix<N>
  /** ln p(x), [M, D] → [M]. */
  readonly logDensity: (x: Matrix<N>, level: NoiseLevel) => Vector<N>
  /** ∇ ln p(x), where a formula better than Tweedie's is known. */
  readonly score?: (x: Matrix<N>, level: NoiseLevel) => Matrix<N>
  /** E[X₀ | X = x] and tr Cov(X₀ | X = x), where both are known. */
  readonly moments?: (x: Matrix<N>, level: NoiseLevel) => PosteriorMoments<N>
  /** Tensors that the law keeps between calls. */
  readonly held: readonly Tensor<N>[]
}

/** Calls a function of (x, α, σ) at a time of a process, in a scope, once x has the law's number of columns. */
export const atTime =
  <N, R>(
    B: Backend<N>,
    process: ForwardProcess,
    { name, dimension }: Pick<Law<N>, 'name' | 'dimension'>,
    of: (x: Matrix<N>, level: NoiseLevel) => R,
  ) =>
  (x: Matrix<N>, t: number): R => {
    requireQueries(name, B, x, dimension)
    const level = noiseLevel(name, process, t)
    return B.scope(() => of(x, level))
  }

/** The field of a law under a forward process. Its calls throw `ShapeMismatch` unless x is [M, D], `InvalidArgument` for a time without α and σ. */
export function densityField<N>(B: Backend<N>, law: Law<N> & Required<Pick<Law<N>, 'moments'>>): (process: ForwardProcess) => MomentField<N>
export function densityField<N>(B: Backend<N>, law: Law<N>): (process: ForwardProcess) => DensityField<N>
export function densityField<N>(B: Backend<N>, law: Law<N>): (process: ForwardProcess) => DensityField<N> {
  return (process) => {
    const base = {
      dimension: law.dimension,
      logDensity: atTime(B, process, law, law.logDensity),
      ...(law.moments && { moments: atTime(B, process, law, law.moments) }),
      free: () => {
        for (const tensor of law.held) B.free(tensor)
      },
    }
    const denoise = field(B, 'denoiser', atTime(B, process, law, law.denoise))
    return law.score === undefined
      ? Object.assign(denoise, base)
      : Object.assign(denoise, base, { score: field(B, 'score', atTime(B, process, law, law.score)) })
  }
}
