import { type Backend, fold, type Key, type Matrix, uniformArray } from '@tweedie/core'
import type { BoundTimeLaw } from '../times/time-law.js'
import type { Model } from './model.js'

/** One batch: what the network sees, what it should say, and how much each row counts. */
export interface NoisedBatch<N> {
  /** X_t = α X₀ + σ ξ, [M, D]. */
  readonly x: Matrix<N>
  readonly times: Float64Array
  /** `ofData` X₀ + `ofNoise` ξ, [M, D]. */
  readonly target: Matrix<N>
  /** √(λ(t) · ratio(t)), [M, 1]. */
  readonly rootWeight: Matrix<N>
}

/** α, σ, what the target is made of, and the root of its weight, at a time. */
type RowCoefficients = readonly [alpha: number, sigma: number, ofData: number, ofNoise: number, rootWeight: number]

const COLUMNS = 5

/**
 * Paper B, eq. (22), (24) and (33): pairs (X_t, target) at random times. Times and noise are functions of the key; with a law of
 * finitely many times, coefficients are computed once per time.
 */
export const noisedBatches = <N>(B: Backend<N>, { process, objective }: Omit<Model, 'network'>, law: BoundTimeLaw) => {
  const target = objective.target.under(process)
  const weight = objective.weight.under(process, objective.target)
  const coefficients = (t: number): RowCoefficients => {
    const { ofData, ofNoise } = target(t)
    return [process.alpha(t), process.sigma(t), ofData, ofNoise, Math.sqrt(weight(t) * law.ratio(t))]
  }
  const table = law.atoms?.map(coefficients)

  return (x0: Matrix<N>, key: Key): NoisedBatch<N> => {
    const [rows, columns] = B.shape(x0)
    const draws = uniformArray(fold(key, 0), rows)
    const times = new Float64Array(rows)
    const parts = Array.from({ length: COLUMNS }, () => new Float64Array(rows))
    for (let row = 0; row < rows; row++) {
      const u = draws[row] as number
      const atom = table === undefined ? 0 : Math.floor(u * table.length)
      const t = law.atoms === undefined ? law.timeOf(u) : (law.atoms[atom] as number)
      times[row] = t
      const values = table === undefined ? coefficients(t) : (table[atom] as RowCoefficients)
      for (let part = 0; part < COLUMNS; part++) (parts[part] as Float64Array)[row] = values[part] as number
    }
    return B.scope(() => {
      const [alpha, sigma, ofData, ofNoise, rootWeight] = parts.map((part) => B.tensor(part, [rows, 1])) as [
        Matrix<N>,
        Matrix<N>,
        Matrix<N>,
        Matrix<N>,
        Matrix<N>,
      ]
      const noise = B.normal(fold(key, 1), [rows, columns])
      const combine = (a: Matrix<N>, b: Matrix<N>): Matrix<N> => B.add(B.mul(x0, a), B.mul(noise, b)) as Matrix<N>
      return { x: combine(alpha, sigma), times, target: combine(ofData, ofNoise), rootWeight }
    })
  }
}
