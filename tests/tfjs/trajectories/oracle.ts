import { cpu } from '@tweedie/core/cpu'
import { type Case, statesOf } from './cases.js'
import { posteriorsOf } from './posterior.js'

/**
 * How far a trajectory in float32 may be from the same one in float64, particle by particle.
 *
 * A small change δ of the state moves with the flow of x̂ = x/α in σ̂ = σ/α: dx̂/dσ̂ = (x̂ − D)/σ̂, where the derivative of the denoiser D is
 * Cov[X₀ | x]/σ̂². With s = 1/σ̂² and Λ the largest eigenvalue of the covariance,
 *
 *     |δ(t′)| ≤ |δ(t)| σ(t′)/σ(t) exp(½ ∫ Λ ds)
 *
 * and each step adds what it rounds: some units u = 2⁻²⁴ of the state and of α D, and α h √T times the rounding of the logits, which is √d |x|/σ
 * units for the points that matter, a noise away from x. T is the trace of the covariance, h = ½ |Δ ln s| how much of D the step takes. Both are
 * taken along the oracle's own trajectory, the larger of a step's two ends.
 *
 * Between two points the flow parts: there ∫ Λ ds is large, the bound has no use, and a particle may end on either point. Such a particle is
 * `undecided`; which ones are is known from the oracle alone, whatever a backend does.
 */
export interface Oracle {
  readonly states: readonly Float64Array[]
  /** [times][particles] */
  readonly bounds: readonly Float64Array[]
  readonly undecided: readonly boolean[]
}

const UNIT = 2 ** -24
/** Roundings of one step: four evaluations of the field at most, and the products and sums that put them together. */
const ROUNDINGS = 16
/** A bound above this is no longer small beside the distances between the points, and says nothing. */
const SMALL = 1e-3

const norm = (x: ArrayLike<number>, row: number, d: number): number =>
  Math.hypot(...Array.from({ length: d }, (_, j) => x[row * d + j] as number))

export const oracleOf = async (each: Case): Promise<Oracle> => {
  const { process, grid, cloud, initial } = each
  const [rows, d] = [initial.rows, initial.columns]
  const states = await statesOf(cpu(), each)
  const posteriors = states.map((state, k) => posteriorsOf(state, cloud, process.alpha(grid[k]!), process.sigma(grid[k]!)))
  const level = (k: number) => {
    const [alpha, sigma] = [process.alpha(grid[k]!), process.sigma(grid[k]!)]
    return { alpha, sigma, ratio: (alpha / sigma) ** 2 }
  }
  const bounds = [new Float64Array(rows)]
  for (let k = 1; k < grid.length; k++) {
    const [from, to] = [level(k - 1), level(k)]
    // Of an interval that begins without data, where ln s is −∞, the step takes D as a whole.
    const h = from.alpha > 0 ? 0.5 * Math.log(to.ratio / from.ratio) : 1
    bounds.push(
      Float64Array.from({ length: rows }, (_, row) => {
        const ends = [posteriors[k - 1]![row]!, posteriors[k]![row]!]
        const largest = Math.max(...ends.map((end) => end.largest))
        const growth = (to.sigma / from.sigma) * Math.exp(0.5 * largest * (to.ratio - from.ratio))
        const size = Math.max(norm(states[k - 1]!, row, d), norm(states[k]!, row, d))
        const data = to.alpha * norm(ends[1]!.mean, 0, d)
        const logits = (to.alpha * h * Math.sqrt(Math.max(...ends.map((end) => end.trace)) * d) * size) / to.sigma
        return bounds[k - 1]![row]! * growth + ROUNDINGS * UNIT * (size + data + logits)
      }),
    )
  }
  const undecided = Array.from({ length: rows }, (_, row) => bounds.some((bound) => !(bound[row]! <= SMALL)))
  return { states, bounds, undecided }
}
