import type { ForwardProcess, Matrix, PosteriorOf, Vector } from '@tweedie/core'
import fc from 'fast-check'
import { agree, type Law, law } from '../law.js'
import { differenceStep, jacobianEntry, requirePositive, richardson, shiftedRows } from './differences.js'
import { evaluate, type LawfulDenoiser, type QueryOptions, queries } from './evaluate.js'

/** A denoiser m(x, t) = E[X_0 | X_t = x] that knows the density of X_t. `x` is [rows, dimension]. */
export interface LawfulField<N> extends LawfulDenoiser<N> {
  /** ln p_t(x), one number per row. */
  readonly logDensity: (x: Matrix<N>, t: number) => Vector<N>
  /** ∇ ln p_t(x) by a formula of its own, where the field has one. */
  readonly score?: (x: Matrix<N>, t: number) => Matrix<N>
  /** The posterior summarised per row, where the field can: mean and covariance trace, and of a cloud the rest. */
  readonly moments?: (x: Matrix<N>, t: number) => Pick<PosteriorOf<N>, 'mean' | 'covarianceTrace'> & Partial<PosteriorOf<N>>
}

const size = (x: readonly number[], radius: number): number => 1 + Math.max(radius, ...x.map(Math.abs))

/** m of a row does not depend on its neighbours. `tolerance` is relative to the size of x. */
export const rowsAloneLaw = <N>(field: LawfulDenoiser<N>, process: ForwardProcess, options: QueryOptions, tolerance = 1e-10): Law => {
  const { dimension, radius = 2 } = options
  const all = queries(process, options)
  return law(
    'a denoiser evaluates every row alone',
    'definition: m is a function of x and t',
    fc.tuple(all, all),
    async ([{ t, x }, { x: other }]) => {
      const together = await evaluate(field.backend, field, [...other, ...x], dimension, t)
      const alone = await evaluate(field.backend, field, x, dimension, t)
      alone.forEach((value, j) =>
        agree(`coordinate ${j} of m at t = ${t} in a batch`, together[dimension + j] as number, value, tolerance * size(x, radius)),
      )
    },
  )
}

/** The Jacobian of m is a covariance up to its factor. */
export const jacobianLaw = <N>(field: LawfulDenoiser<N>, process: ForwardProcess, options: QueryOptions): Law => {
  const { dimension, radius = 2 } = options
  return law(
    'the Jacobian of m is symmetric and positive semidefinite',
    "∂m/∂x = (α/σ²) Cov(X_0 | X_t = x), Tweedie's second-order formula (Efron 2011, §2)",
    queries(process, options),
    async ({ t, x }) => {
      const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
      const h = differenceStep(alpha, sigma, radius)
      const values = await evaluate(field.backend, field, shiftedRows(x, dimension, h), dimension, t)
      const entry = (i: number, j: number): number => jacobianEntry(values, dimension, h, 0, i, j)
      // The entries are of size (α/σ²) radius².
      const tolerance = 1e-6 * (1 + (alpha * radius * radius) / sigma ** 2)
      for (let i = 0; i < dimension; i++)
        for (let j = 0; j < i; j++) agree(`∂m_${i}/∂x_${j} at t = ${t}`, entry(i, j), entry(j, i), tolerance)
      requirePositive(`∂m/∂x at t = ${t}`, dimension, (i, j) => (entry(i, j) + entry(j, i)) / 2, (dimension + 1) * tolerance)
    },
  )
}

/** The laws at one x and t: what a denoiser, a log-density, and a score and moments of their own if the field has any, say of each other. */
export const pointwiseLaws = <N>(field: LawfulField<N>, process: ForwardProcess, options: QueryOptions): readonly Law[] => {
  const { dimension, radius = 2 } = options
  const all = queries(process, options)
  const numbers = (of: (x: Matrix<N>, t: number) => Matrix<N> | Vector<N>, x: ArrayLike<number>, t: number): Promise<Float64Array> =>
    evaluate(field.backend, of, x, dimension, t)
  const { score, moments } = field

  const always = [
    rowsAloneLaw(field, process, options),
    law('the log-density is finite', 'p_t is a Gaussian convolution, positive everywhere', all, async ({ t, x }) => {
      const [value] = await numbers(field.logDensity, x, t)
      if (!Number.isFinite(value)) throw new Error(`ln p is ${value} at t = ${t}`)
    }),
    law(
      'score = (α m − x)/σ² = ∇ ln p',
      "Tweedie's formula (Robbins 1956; Efron 2011); paper B, eq. (19) and (32) with the sign turned",
      all,
      async ({ t, x }) => {
        const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
        const h = differenceStep(alpha, sigma, radius)
        const m = await numbers(field, x, t)
        const values = await numbers(field.logDensity, shiftedRows(x, dimension, h), t)
        x.forEach((coordinate, j) => {
          const byTweedie = (alpha * (m[j] as number) - coordinate) / sigma ** 2
          agree(
            `coordinate ${j} of the score at t = ${t}`,
            byTweedie,
            richardson(values, 4 * j, 1, h),
            (1e-6 * (1 + (alpha * radius) / sigma)) / sigma,
          )
        })
      },
    ),
    jacobianLaw(field, process, options),
  ]
  const ofScore = score && [
    law("a field's own score is (α m − x)/σ²", "Tweedie's formula; docs/formulas.md §1", all, async ({ t, x }) => {
      const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
      const [m, direct] = [await numbers(field, x, t), await numbers(score, x, t)]
      // Rounding of m and x, divided by σ².
      const tolerance = (1e-12 * (1 + alpha) * size([...x, ...m], radius)) / sigma ** 2
      x.forEach((coordinate, j) =>
        agree(
          `coordinate ${j} of the score at t = ${t}`,
          direct[j] as number,
          (alpha * (m[j] as number) - coordinate) / sigma ** 2,
          tolerance,
        ),
      )
    }),
  ]
  const ofMoments = moments && [
    law(
      'the moments are m, ln p and tr Cov = (σ²/α) div m',
      "Tweedie's second-order formula (Efron 2011, §2); div m = (α/σ²) tr Cov(X_0 | X_t = x)",
      all,
      async ({ t, x }) => {
        const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
        const h = differenceStep(alpha, sigma, radius)
        // What a field leaves out is held for what it should be.
        const of = (name: keyof PosteriorOf<N>, otherwise: number): Promise<Float64Array> =>
          numbers((y, s) => field.backend.scope(() => moments(y, s)[name] ?? field.backend.full([1], otherwise)), x, t)
        const [m, mean] = [await numbers(field, x, t), await of('mean', Number.NaN)]
        m.forEach((value, j) => agree(`coordinate ${j} of the mean at t = ${t}`, mean[j] as number, value, 1e-10 * size(x, radius)))
        const [direct] = await numbers(field.logDensity, x, t)
        const [logDensity, trace, count] = [
          await of('logDensity', direct as number),
          await of('covarianceTrace', Number.NaN),
          await of('effectiveSampleSize', 1),
        ]
        agree(`ln p at t = ${t}`, logDensity[0] as number, direct as number, 1e-10 * (1 + Math.abs(direct as number)))
        if (!((count[0] as number) >= 1 - 1e-12)) throw new Error(`the effective sample size is ${count[0]} at t = ${t}`)
        const values = await numbers(field, shiftedRows(x, dimension, h), t)
        const divergence = x.reduce((sum, _, j) => sum + jacobianEntry(values, dimension, h, 0, j, j), 0)
        const tolerance = 1e-6 * dimension * (radius * radius + (sigma * sigma) / alpha)
        agree(`tr Cov at t = ${t}`, trace[0] as number, ((sigma * sigma) / alpha) * divergence, tolerance)
      },
    ),
  ]
  return [...always, ...(ofScore ?? []), ...(ofMoments ?? [])]
}
