import { tweedieError } from '@tweedie/core'

/**
 * An explicit Runge–Kutta method as numbers (Butcher 1964; Hairer, Nørsett & Wanner, "Solving ODEs I", §II.1, eq. 1.8): over a step of h from t,
 *
 *     k_i = velocity(x + h Σ_{j<i} a_ij k_j, t + c_i h),    x_s = x + h Σ b_i k_i.
 */
export interface Tableau {
  readonly name: string
  /** The order p of x_s. */
  readonly order: number
  /** c_i, in fractions of the step; c_1 = 0. */
  readonly nodes: readonly number[]
  /** a_ij, a row per stage, of at most i − 1 numbers (row 1 is empty); what is not given is 0. */
  readonly stages: readonly (readonly number[])[]
  /** b_i; what is not given is 0. Where the last row of `stages` is b and its node 1, the last velocity is the first of the next step. */
  readonly weights: readonly number[]
  readonly embedded?: Embedded
  readonly interpolant?: Interpolant
}

/** An estimate of the local error out of the same velocities. */
export interface Embedded {
  /** The order q of the lower method: the estimate is O(h^(q+1)). Of two that are joined, the q of what comes out. */
  readonly order: number
  /** b_i − b̂_i: the error is h Σ (b_i − b̂_i) k_i. */
  readonly difference: readonly number[]
  /** The same against a lower method still, where two estimates are joined into one: `errorOf`, as in `dop853`. */
  readonly coarser?: readonly number[]
}

/** The state inside a step, x(t + θh) = x + h Σ b_i(θ) k_i. */
export interface Interpolant {
  /** The order of x(t + θh): its error is O(h^(order+1)). */
  readonly order: number
  /** b_i(θ), over the stages of the method and then those below. */
  readonly weights: (theta: number) => readonly number[]
  /** Stages that only the interpolant needs, evaluated where it is wanted. */
  readonly extra?: { readonly nodes: readonly number[]; readonly stages: readonly (readonly number[])[] }
}

/** Whether the last stage is taken at the end of the step: the method has its first velocity from the step before ("first same as last"). */
export const isFirstSameAsLast = ({ nodes, stages, weights }: Tableau): boolean => {
  const last = stages.length - 1
  const row = stages[last] ?? []
  return (
    last > 0 && nodes[last] === 1 && weights.every((weight, i) => weight === (row[i] ?? 0)) && row.every((a, i) => a === (weights[i] ?? 0))
  )
}

/** Rounding of a sum of a dozen numbers of size 50, as large coefficients are. */
const ROUNDING = 1e-12

/** Throws `InvalidArgument` unless the numbers describe an explicit and consistent method: c_i = Σ_j a_ij and Σ b_i = 1. */
export const requireTableau = ({ name, nodes, stages, weights, embedded, interpolant }: Tableau): void => {
  const refuse = (what: string, mend: string) => tweedieError('InvalidArgument', `explicitRungeKutta ${name}`, what, mend)
  const rows = [...stages, ...(interpolant?.extra?.stages ?? [])]
  const times = [...nodes, ...(interpolant?.extra?.nodes ?? [])]
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  if (stages.length === 0 || nodes.length !== stages.length || times.length !== rows.length)
    throw refuse(`${rows.length} stages and ${times.length} nodes`, 'Give a node for every stage')
  rows.forEach((row, i) => {
    if (row.length > i) throw refuse(`${row.length} coefficients in row ${i + 1}`, 'A stage may use those before it alone')
    if (!(Math.abs(sum(row) - (times[i] as number)) <= ROUNDING))
      throw refuse(`row ${i + 1} sums to ${sum(row)}, its node is ${times[i]}`, 'Make c_i = Σ_j a_ij')
  })
  if (!(Math.abs(sum(weights) - 1) <= ROUNDING)) throw refuse(`the weights sum to ${sum(weights)}`, 'Make Σ b_i = 1')
  for (const list of [weights, embedded?.difference ?? [], embedded?.coarser ?? []])
    if (list.length > stages.length) throw refuse(`${list.length} weights for ${stages.length} stages`, 'Give a weight a stage')
}
