import { type Backend, type ForwardProcess, type Matrix, type NoiseLevel, tweedieError } from '@tweedie/core'
import { type DensityField, type Field, field } from './field.js'
import type { Kind } from './kind.js'
import { noiseLevel } from './noise-level.js'

/**
 * Views a field as another kind, by the table of docs/formulas.md §1. To its own kind it is the field itself.
 *
 * Every conversion is one call of the field and a combination of its value and x with coefficients computed on the host:
 *
 * - from a denoiser through the residual x − α m, so nothing is lost but what Tweedie's formula itself loses. A source with a `score` of its
 *   own (Gaussian, mixture, line) is read through that instead where the data outweighs the noise, α ≥ σ.
 * - from a velocity to a score without σ', which is infinite at t = 0 where σ² grows linearly; and the other way round.
 * - at σ = 0 the denoiser is x/α whatever the field says.
 *
 * The converted field throws `InvalidArgument` where its formula divides by zero (from a denoiser at σ = 0; noise or v to score or, if σ' is
 * infinite, to velocity at σ = 0; score or noise to a denoiser, v or velocity at α = 0), and `Unsupported` for `v` where α² + σ² ≠ 1.
 *
 * @example
 * const score = as('score', process)(pointCloud(B, table)(process))
 */
export const as =
  <K extends Kind>(kind: K, process: ForwardProcess) =>
  <N>(source: Field<Kind, N>): Field<K, N> => {
    if (isOfKind(source, kind)) return source
    const direct = directScore(source)
    return field(source.backend, kind, (x, t) => {
      const at = coefficientsAt(process, t)
      const from = direct !== undefined && at.alpha >= at.sigma ? direct : source
      return convert(source.backend, from, kind, at, x, t)
    })
  }

const isOfKind = <K extends Kind, N>(source: Field<Kind, N>, kind: K): source is Field<K, N> => source.kind === kind

const directScore = <N>(source: Field<Kind, N> & Partial<Pick<DensityField<N>, 'score'>>): Field<'score', N> | undefined => source.score

/** What the formulas need of the process. */
interface Coefficients extends NoiseLevel {
  readonly t: number
  readonly process: string
  readonly alphaDerivative: number
  /** ½(σ²)' = σσ': finite where σ' is not. */
  readonly halfVarianceDerivative: number
}

const coefficientsAt = (process: ForwardProcess, t: number): Coefficients => ({
  ...noiseLevel('as', process, t),
  t,
  process: process.name,
  alphaDerivative: process.alphaDerivative(t),
  halfVarianceDerivative: process.varianceDerivative(t) / 2,
})

const convert = <N>(B: Backend<N>, source: Field<Kind, N>, kind: Kind, at: Coefficients, x: Matrix<N>, t: number): Matrix<N> => {
  if (source.kind === kind) return source(x, t)
  requireVariancePreserving(source.kind, kind, at)
  if (source.kind === 'denoiser') {
    const { residual, mean } = fromDenoiser(kind, at)
    requireDefined(source.kind, kind, at, residual, mean)
    const m = source(x, t)
    const first = B.mul(B.sub(x, B.mul(m, at.alpha)), residual)
    return mean === 0 ? first : B.add(first, B.mul(m, mean))
  }
  const { ofX, ofField } = kind === 'denoiser' && at.sigma === 0 ? linear(1 / at.alpha, 0) : fromOther(source.kind, kind, at)
  requireDefined(source.kind, kind, at, ofX, ofField)
  if (ofField === 0) return B.mul(x, ofX)
  const second = B.mul(source(x, t), ofField)
  return ofX === 0 ? second : B.add(B.mul(x, ofX), second)
}

/** residual · (x − α m) + mean · m. */
const fromDenoiser = (
  kind: Kind,
  { alpha, sigma, alphaDerivative, halfVarianceDerivative }: Coefficients,
): { residual: number; mean: number } => {
  switch (kind) {
    case 'denoiser':
      return { residual: 0, mean: 1 }
    case 'score':
      return { residual: -1 / (sigma * sigma), mean: 0 }
    case 'noise':
      return { residual: 1 / sigma, mean: 0 }
    case 'v':
      return { residual: alpha / sigma, mean: -sigma }
    case 'velocity':
      return { residual: halfVarianceDerivative / (sigma * sigma), mean: alphaDerivative }
  }
}

/** ofX · x + ofField · (the field's value). */
interface Linear {
  readonly ofX: number
  readonly ofField: number
}

const linear = (ofX: number, ofField: number): Linear => ({ ofX, ofField })

const combine = (a: number, one: Linear, b: number, other: Linear): Linear =>
  linear(a * one.ofX + b * other.ofX, a * one.ofField + b * other.ofField)

/** The denoiser m, the noise ε and the score s as linear in x and the value of a field of some kind; x = α m + σ ε, ε = −σ s. */
interface Reading {
  readonly m: Linear
  readonly noise: Linear
  readonly score: Linear
}

const read = (kind: Exclude<Kind, 'denoiser'>, { alpha, sigma, alphaDerivative, halfVarianceDerivative }: Coefficients): Reading => {
  switch (kind) {
    case 'score':
      return { m: linear(1 / alpha, (sigma * sigma) / alpha), noise: linear(0, -sigma), score: linear(0, 1) }
    case 'noise':
      return { m: linear(1 / alpha, -sigma / alpha), noise: linear(0, 1), score: linear(0, -1 / sigma) }
    case 'v':
      return { m: linear(alpha, -sigma), noise: linear(sigma, alpha), score: linear(-1, -alpha / sigma) }
    case 'velocity': {
      // u = α' m − σσ' s with m = (x + σ² s)/α, solved for s; the determinant is −½ α g², never 0 while noise comes in and α > 0.
      const determinant = alphaDerivative * sigma * sigma - alpha * halfVarianceDerivative
      const score = linear(-alphaDerivative / determinant, alpha / determinant)
      return {
        m: linear(-halfVarianceDerivative / determinant, (sigma * sigma) / determinant),
        noise: linear(-sigma * score.ofX, -sigma * score.ofField),
        score,
      }
    }
  }
}

const fromOther = (from: Exclude<Kind, 'denoiser'>, kind: Kind, at: Coefficients): Linear => {
  const { m, noise, score } = read(from, at)
  switch (kind) {
    case 'denoiser':
      return m
    case 'score':
      return score
    case 'noise':
      return noise
    case 'v':
      return combine(at.alpha, noise, -at.sigma, m)
    case 'velocity':
      return combine(at.alphaDerivative, m, -at.halfVarianceDerivative, score)
  }
}

const requireVariancePreserving = (from: Kind, kind: Kind, { alpha, sigma, t, process }: Coefficients): void => {
  const total = alpha * alpha + sigma * sigma
  if ((from === 'v' || kind === 'v') && Math.abs(total - 1) > 1e-9)
    throw tweedieError(
      'Unsupported',
      `as('${kind}') of a ${from}`,
      `α² + σ² = ${total} for ${process} at t = ${t}`,
      'v is defined for variance-preserving processes (α² + σ² = 1); use the velocity instead',
    )
}

const requireDefined = (from: Kind, kind: Kind, { alpha, sigma, t, process }: Coefficients, ...coefficients: readonly number[]): void => {
  if (!coefficients.every(Number.isFinite))
    throw tweedieError(
      'InvalidArgument',
      `as('${kind}') of a ${from}`,
      `the formula divides by zero for ${process} at t = ${t}, where α = ${alpha} and σ = ${sigma}`,
      'Stay away from that end of the time range, or start from a field of a kind that determines the other there',
    )
}
