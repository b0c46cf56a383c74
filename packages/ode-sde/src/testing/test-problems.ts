import { type ForwardProcess, fromRows, ornsteinUhlenbeck, type TimeGrid } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { gaussian } from '@tweedie/score'
import { orderOf } from '@tweedie/testing'
import { solve } from '../solve/solve.js'
import type { Solver } from '../solver/solver.js'
import { odeTerm } from '../term/ode-term.js'
import { probabilityFlow } from '../term/probability-flow.js'
import { semiLinear } from '../term/semi-linear.js'
import type { Term } from '../term/term.js'

/** Initial value problems with known solutions, and the measurement of a solver's order on them. Tests only. */
export const B = cpu()

export interface Problem {
  readonly name: string
  readonly term: Term<CpuTensor>
  readonly start: number
  readonly stop: number
  /** Row-major, [rows, columns]. */
  readonly initial: readonly number[]
  readonly columns: number
  /** The exact state at `stop`. */
  readonly exact: readonly number[]
}

/** `steps` equal steps from start down to stop. */
export const uniform = (start: number, stop: number, steps: number): TimeGrid =>
  Array.from({ length: steps + 1 }, (_, k) => (k === steps ? stop : start + ((stop - start) * k) / steps))

/** dx/dt = −x, without a linear part of its own. */
export const decay: Problem = {
  name: 'dx/dt = −x',
  term: odeTerm(B, (x) => B.neg(x)),
  start: 1,
  stop: 0,
  initial: [1, -0.5, 3],
  columns: 1,
  exact: [1, -0.5, 3].map((x) => x * Math.E),
}

/** dx/dt = −x², x(t) = 1/(t + c). */
export const riccati: Problem = {
  name: 'dx/dt = −x²',
  term: odeTerm(B, (x) => B.neg(B.square(x))),
  start: 1,
  stop: 0,
  initial: [0.5, 0.3],
  columns: 1,
  exact: [0.5, 0.3].map((x) => 1 / (1 / x - 1)),
}

/** The same Riccati equation with −½x moved into the linear part, propagator and weight by quadrature: dx/dt = −½x + ½(x − 2x²). */
export const splitRiccati: Problem = {
  ...riccati,
  name: 'dx/dt = −½x + ½(x − 2x²)',
  term: semiLinear(B, { linear: () => -0.5, gain: () => 0.5, nonlinear: (x) => B.sub(x, B.mul(B.square(x), 2)) }),
}

/** A Gaussian with independent columns, and the map of its probability flow. */
export interface IndependentGaussian {
  readonly mean: readonly number[]
  readonly variance: readonly number[]
}

export const gaussianField = ({ mean, variance }: IndependentGaussian, process: ForwardProcess) =>
  gaussian(B, { mean, covariance: fromRows(variance.map((v, i) => variance.map((_, j) => (i === j ? v : 0)))) })(process)

/**
 * The flow of N(μ, c) from t to s. The marginals are N(α μ, α² c + σ²), and the flow of a Gaussian is the increasing affine map between
 * them: x_s = α_s μ + √((α_s² c + σ_s²)/(α_t² c + σ_t²)) (x_t − α_t μ).
 */
export const gaussianFlow = (law: IndependentGaussian, process: ForwardProcess, t: number, s: number, x: readonly number[]): number[] =>
  x.map((value, k) => {
    const j = k % law.mean.length
    const [mu, c] = [law.mean[j] as number, law.variance[j] as number]
    const spread = (u: number): number => Math.sqrt(process.alpha(u) ** 2 * c + process.sigma(u) ** 2)
    return process.alpha(s) * mu + (spread(s) / spread(t)) * (value - process.alpha(t) * mu)
  })

const law: IndependentGaussian = { mean: [1, -2], variance: [0.25, 2] }
const process = ornsteinUhlenbeck()
const states = [0.3, -1, 2, 0.7]

/** The probability flow of a Gaussian under Ornstein–Uhlenbeck noise. */
export const gaussianProblem: Problem = {
  name: 'probability flow of a Gaussian',
  term: probabilityFlow(B, process, gaussianField(law, process)),
  start: 2,
  stop: 0.1,
  initial: states,
  columns: 2,
  exact: gaussianFlow(law, process, 2, 0.1, states),
}

export const problems: readonly Problem[] = [decay, riccati, splitRiccati, gaussianProblem]

/** The slope of the least-squares line through (ln h, ln error). */
export const logSlope = (sizes: readonly number[], errors: readonly number[]): number =>
  orderOf(
    sizes.map((h) => 1 / h),
    errors,
  )

/** The largest error at the end of a problem with uniform steps. */
export const endError = async (solver: Solver, problem: Problem, steps: number): Promise<number> => {
  const { term, start, stop, initial, columns, exact } = problem
  const x = B.tensor(initial, [initial.length / columns, columns])
  const solution = await solve(B, term, { initial: x, grid: uniform(start, stop, steps), solver })
  const values = await B.read(solution.x)
  B.free(x)
  B.free(solution.x)
  return values.reduce((worst, value, k) => Math.max(worst, Math.abs(value - (exact[k] as number))), 0)
}

/** The order of a solver, by regression over five step sizes. */
export const measuredOrder = async (
  solver: Solver,
  problem: Problem,
  steps: readonly number[] = [16, 32, 64, 128, 256],
): Promise<number> => {
  const errors: number[] = []
  for (const count of steps) errors.push(await endError(solver, problem, count))
  return logSlope(
    steps.map((count) => 1 / count),
    errors,
  )
}

/** Mean and (population) variance per column of row-major numbers. */
export const moments = (data: ArrayLike<number>, columns: number): { mean: number[]; variance: number[] } => {
  const rows = data.length / columns
  const perColumn = Array.from({ length: columns }, (_, j) => Array.from({ length: rows }, (_, i) => data[i * columns + j] as number))
  const mean = perColumn.map((values) => values.reduce((sum, value) => sum + value, 0) / rows)
  const variance = perColumn.map((values, j) => values.reduce((sum, value) => sum + (value - (mean[j] as number)) ** 2, 0) / rows)
  return { mean, variance }
}
