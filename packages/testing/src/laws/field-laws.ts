import type { Backend, ForwardProcess, Matrix, Vector } from '@tweedie/core'
import fc from 'fast-check'
import { timesByLogSnr } from '../arbitraries/times.js'
import { agree, type Law, law } from './law.js'

/** A denoiser m(x, t) = E[X_0 | X_t = x] that knows the density of X_t. `x` is [rows, dimension]. */
export interface LawfulField<N> {
  (x: Matrix<N>, t: number): Matrix<N>
  readonly kind: 'denoiser'
  readonly backend: Backend<N>
  /** ln p_t(x), one number per row. */
  readonly logDensity: (x: Matrix<N>, t: number) => Vector<N>
}

export interface FieldLawOptions {
  /** The number of columns of x. */
  readonly dimension: number
  /** How far from 0 the data reach, in every coordinate (2 when not given): queries are drawn from there and the noise around it. */
  readonly radius?: number
  /** The log-SNRs to look at, [lowest, highest]; [−6, 5] when not given, where σ/α is between 0.08 and 20. */
  readonly logSnrRange?: readonly [number, number]
}

/**
 * What the posterior mean of a density keeps. The step of every difference is a thousandth of σ, so a float64 backend is needed: the
 * score, of size 1/σ, is then right to 1e-6/σ (truncation (h/σ)² times a third derivative of order (radius/σ)³; rounding ε ln p/h).
 */
export const fieldLaws = <N>(field: LawfulField<N>, process: ForwardProcess, options: FieldLawOptions): readonly Law[] => {
  const { dimension, radius = 2, logSnrRange = [-6, 5] } = options
  const B = field.backend
  const unit = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: dimension, maxLength: dimension })
  const queries = fc.tuple(timesByLogSnr(process, ...logSnrRange), unit, unit).map(([t, y, z]) => ({
    t,
    x: y.map((coordinate, j) => process.alpha(t) * radius * coordinate + 2 * process.sigma(t) * (z[j] as number)),
  }))

  const rowsOf = (rows: readonly (readonly number[])[]): Matrix<N> => B.tensor(rows.flat(), [rows.length, dimension])
  const evaluate = async (
    f: (x: Matrix<N>, t: number) => Matrix<N> | Vector<N>,
    rows: readonly (readonly number[])[],
    t: number,
  ): Promise<Float64Array> => {
    const x = rowsOf(rows)
    const y = f(x, t)
    const numbers = await B.read(y)
    B.free(y)
    B.free(x)
    return numbers
  }
  /** x with a multiple of h added to one coordinate, for every coordinate: +h, −h, +h/2, −h/2. */
  const shifted = (x: readonly number[], h: number): number[][] =>
    x.flatMap((_, j) => [h, -h, h / 2, -h / 2].map((step) => x.map((coordinate, k) => (k === j ? coordinate + step : coordinate))))
  const richardson = ([plus, minus, halfPlus, halfMinus]: readonly [number, number, number, number], h: number): number =>
    (8 * (halfPlus - halfMinus) - (plus - minus)) / (6 * h)
  const size = (x: readonly number[]): number => 1 + Math.max(radius, ...x.map(Math.abs))

  return [
    law(
      'a denoiser evaluates every row alone',
      'definition: m is a function of x and t',
      fc.tuple(queries, queries),
      async ([{ t, x }, { x: other }]) => {
        const [together, alone] = [await evaluate(field, [other, x], t), await evaluate(field, [x], t)]
        alone.forEach((value, j) =>
          agree(`coordinate ${j} of m at t = ${t} in a batch`, together[dimension + j] as number, value, 1e-10 * size(x)),
        )
      },
    ),
    law('the log-density is finite', 'p_t is a Gaussian convolution, positive everywhere', queries, async ({ t, x }) => {
      const [value] = await evaluate(field.logDensity, [x], t)
      if (!Number.isFinite(value)) throw new Error(`ln p is ${value} at t = ${t}`)
    }),
    law(
      'score = (α m − x)/σ² = ∇ ln p',
      "Tweedie's formula (Robbins 1956; Efron 2011); paper B, eq. (19) and (32) with the sign turned",
      queries,
      async ({ t, x }) => {
        const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
        const h = (1e-2 * sigma) / (1 + (alpha * radius) / sigma)
        const m = await evaluate(field, [x], t)
        const values = await evaluate(field.logDensity, shifted(x, h), t)
        x.forEach((coordinate, j) => {
          const score = (alpha * (m[j] as number) - coordinate) / sigma ** 2
          const difference = richardson([...values.subarray(4 * j, 4 * j + 4)] as [number, number, number, number], h)
          agree(`coordinate ${j} of the score at t = ${t}`, score, difference, (1e-6 * (1 + (alpha * radius) / sigma)) / sigma)
        })
      },
    ),
    law(
      'the Jacobian of m is symmetric with a diagonal ≥ 0',
      "∂m/∂x = (α/σ²) Cov(X_0 | X_t = x), from Tweedie's second-order formula",
      queries,
      async ({ t, x }) => {
        const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
        const h = (1e-2 * sigma) / (1 + (alpha * radius) / sigma)
        const values = await evaluate(field, shifted(x, h), t)
        const entry = (i: number, j: number): number =>
          richardson([0, 1, 2, 3].map((k) => values[(4 * j + k) * dimension + i] as number) as [number, number, number, number], h)
        // The entries are of size (α/σ²) radius².
        const tolerance = 1e-6 * (1 + (alpha * radius * radius) / sigma ** 2)
        for (let i = 0; i < dimension; i++) {
          if (!(entry(i, i) >= -tolerance)) throw new Error(`∂m/∂x is ${entry(i, i)} in coordinate ${i} at t = ${t}`)
          for (let j = 0; j < i; j++) agree(`∂m_${i}/∂x_${j} at t = ${t}`, entry(i, j), entry(j, i), tolerance)
        }
      },
    ),
  ]
}
