import { type ForwardProcess, fold, type HostMatrix, type Key, key, normalArray } from '@tweedie/core'
import { timesByLogSnr } from '../../arbitraries/times.js'
import { agree, type Law, law } from '../law.js'
import { differenceStep, jacobianEntry, shiftedRows } from './differences.js'
import { evaluate, type LawfulDenoiser, type QueryOptions } from './evaluate.js'

/** How to draw from the law of X_0. */
export interface SampleOptions {
  /** `count` draws of X_0, [count, dimension], by a key. Given, the laws of expectation are checked by Monte Carlo, in any dimension. */
  readonly sample?: (count: number, key: Key) => HostMatrix
  /** How many draws a case takes; 1,000 when not given. */
  readonly draws?: number
}

/** Deviations of the Monte Carlo bound. */
const DEVIATIONS = 5

/**
 * X_0 − m(X_t, t) is orthogonal to every function of X_t, and its square is (σ²/α) div m on average. By Monte Carlo with a fixed key.
 *
 * A sum M of centred terms is held against 5 √([M] + ⟨M⟩), the squares of the terms and their expected squares given X_t together: it is
 * further out with a probability of about 2 e^(−25/2) = 8e-6 at most (Bercu & Touati 2008, theorem 2.1), also where rare events carry the
 * variance and a standard
 * error estimated from the draws alone would be far too small. A case makes 3 · dimension + 1 such comparisons.
 */
export const sampledLaws = <N>(
  field: LawfulDenoiser<N>,
  process: ForwardProcess,
  options: QueryOptions & SampleOptions & Required<Pick<SampleOptions, 'sample'>>,
): readonly Law[] => {
  const { dimension, radius = 2, sample, draws = 1000, logSnrRange: [lowest, highest] = [-6, 5] } = options
  const B = field.backend
  const times = timesByLogSnr(process, lowest, highest)
  const seed = key(20_090_621)

  /** Draws of X_0 and X_t, with m and the diagonal of Cov(X_0 | X_t) = (σ²/α) ∂m/∂x at each. */
  const draw = async (t: number) => {
    const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
    const clean = sample(draws, fold(seed, 0)).data
    const noise = normalArray(fold(seed, 1), draws * dimension)
    const x = clean.map((value, k) => alpha * value + sigma * (noise[k] as number))
    const h = differenceStep(alpha, sigma, radius)
    const m = await evaluate(B, field, x, dimension, t)
    const shifted = await evaluate(B, field, shiftedRows(x, dimension, h), dimension, t)
    const variances = x.map(
      (_, k) => ((sigma * sigma) / alpha) * jacobianEntry(shifted, dimension, h, Math.floor(k / dimension), k % dimension, k % dimension),
    )
    return { clean, x, m, variances }
  }
  /** Throws unless the average of terms with such conditional variances is 0 up to the bound and rounding. */
  const centred = (what: string, terms: Float64Array, conditional: Float64Array, rounding: number): void => {
    const spread = terms.reduce((sum, value, k) => sum + value * value + Math.max(0, conditional[k] as number), 0)
    const sum = terms.reduce((total, value) => total + value, 0)
    agree(what, sum / draws, 0, (DEVIATIONS * Math.sqrt(spread)) / draws + rounding)
  }

  return [
    law(
      'E[(X_0 − m) φ(X_t)] = 0 for φ = 1, X_t and m',
      'm is the orthogonal projection of X_0 on functions of X_t (Williams 1991, "Probability with martingales", §9.4)',
      times,
      async (t) => {
        const { clean, x, m, variances } = await draw(t)
        const extent = 1 + clean.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
        const columnOf = (values: Float64Array, j: number): Float64Array => values.filter((_, k) => k % dimension === j)
        for (let j = 0; j < dimension; j++) {
          const [y, mean, variance] = [columnOf(clean, j), columnOf(m, j), columnOf(variances, j)]
          for (const [name, phi] of [
            ['1', mean.map(() => 1)],
            ['X_t', columnOf(x, j)],
            ['m', mean],
          ] as const) {
            const most = phi.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
            centred(
              `E[(X_0 − m) ${name}] at t = ${t}, coordinate ${j}`,
              y.map((value, k) => (value - (mean[k] as number)) * (phi[k] as number)),
              variance.map((value, k) => value * (phi[k] as number) ** 2),
              1e-10 * extent * most,
            )
          }
        }
      },
    ),
    law(
      'E|X_0 − m|² = E[(σ²/α) div m]',
      "paper B, eq. (35)–(38), with tr Cov(X_0 | X_t) by Tweedie's second-order formula",
      times,
      async (t) => {
        const { clean, m, variances } = await draw(t)
        const rowSum = (of: (k: number) => number): Float64Array =>
          Float64Array.from({ length: draws }, (_, i) => {
            let sum = 0
            for (let k = i * dimension; k < (i + 1) * dimension; k++) sum += of(k)
            return sum
          })
        const squares = rowSum((k) => ((clean[k] as number) - (m[k] as number)) ** 2)
        const traces = rowSum((k) => variances[k] as number)
        const extent = rowSum((k) => (clean[k] as number) ** 2).reduce((a, b) => Math.max(a, b), 0)
        // |X_0 − m|² is below the square of the diameter, and a variance below the mean times that.
        centred(
          `E|X_0 − m|² − E[(σ²/α) div m] at t = ${t}`,
          squares.map((value, i) => value - (traces[i] as number)),
          traces.map((value) => value * 4 * extent),
          1e-7 * (1 + extent + radius * radius),
        )
      },
    ),
  ]
}
