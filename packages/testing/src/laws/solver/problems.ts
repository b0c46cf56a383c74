import { type Backend, type ForwardProcess, type Matrix, ornsteinUhlenbeck } from '@tweedie/core'
import { type Mixture, mixtureDenoiser, mixtureFlow } from '../flow/mixture.js'
import type { LawfulTerm } from './lawful-solver.js'
import type { States } from './march.js'

/** Initial value problems with known ends. Times run downwards, from `start` to `stop`. */
export interface Problem<N> {
  readonly name: string
  readonly term: LawfulTerm<N>
  readonly start: number
  readonly stop: number
  readonly initial: States
  readonly exact: () => Promise<readonly number[]>
}

type Nonlinear<N> = (x: Matrix<N>, t: number) => Matrix<N>

/** x′ = rate·x + gain·nonlinear(x, t) with constant coefficients. The weight is gain (e^(rate·h) − 1)/rate over h = s − t. */
export const constantTerm = <N>(B: Backend<N>, rate: number, gain: number, nonlinear: Nonlinear<N>): LawfulTerm<N> => ({
  name: `${rate} x + ${gain} f(x, t)`,
  backend: B,
  linear: () => rate,
  gain: () => gain,
  nonlinear,
  propagator: (t, s) => Math.exp(rate * (s - t)),
  weight: (t, s) => (rate === 0 ? gain * (s - t) : (gain * Math.expm1(rate * (s - t))) / rate),
  clock: { at: (t) => t, inverse: (t) => t, rate: -rate },
})

/** The same equation with a noise that is nothing: what an SDE method solves when it is asked for an ODE. */
export const withoutNoise = <N>(term: LawfulTerm<N>): LawfulTerm<N> => ({ ...term, diffusion: () => 0, noise: () => 0 })

/** x′ = −x, all of it nonlinear. */
export const linearProblem = <N>(B: Backend<N>): Problem<N> => ({
  name: 'x′ = −x',
  term: constantTerm(B, 0, 1, (x) => B.neg(x)),
  start: 1,
  stop: 0,
  initial: { data: [1, -0.5, 3], columns: 1 },
  exact: async () => [Math.E, -0.5 * Math.E, 3 * Math.E],
})

/** The same over four units of time: at order 6 and above the error over one is that of rounding before the next term is small. */
export const longLinearProblem = <N>(B: Backend<N>): Problem<N> => ({
  ...linearProblem(B),
  start: 4,
  exact: async () => [1, -0.5, 3].map((x) => x * Math.exp(4)),
})

/** x′ = −2t x², split into −x/2 and (x − 4t x²)/2; x(t) = 1/(t² + c). */
export const riccatiTerm = <N>(B: Backend<N>): LawfulTerm<N> =>
  constantTerm(B, -0.5, 0.5, (x, t) => B.scope(() => B.sub(x, B.mul(B.square(x), 4 * t))))

export const nonlinearProblem = <N>(B: Backend<N>): Problem<N> => ({
  name: 'x′ = −2t x²',
  term: riccatiTerm(B),
  start: 1,
  stop: 0,
  initial: { data: [0.5, 0.3, 0.2], columns: 1 },
  exact: async () => [0.5, 0.3, 0.2].map((x) => 1 / (1 / x - 1)),
})

/**
 * x′ = x − x² split into x/2 and x/2 − x², x(t) = 1/(1 + (1/x₄ − 1) e^(4−t)). For order 6 and above: on x′ = −2t x² the leading term of the error of such
 * methods changes sign at step sizes around 1/5, and is itself again only where it is lost in rounding.
 */
export const logisticProblem = <N>(B: Backend<N>): Problem<N> => ({
  name: 'x′ = x − x²',
  term: constantTerm(B, 0.5, 0.5, (x) => B.scope(() => B.sub(x, B.mul(B.square(x), 2)))),
  start: 4,
  stop: 0,
  initial: { data: [0.5, 0.4], columns: 1 },
  exact: async () => [0.5, 0.4].map((x) => 1 / (1 + (1 / x - 1) * Math.exp(4))),
})

/** The probability flow of a denoiser (docs/formulas.md §1): dx/dt = (ln σ)′ x + σ (α/σ)′ m. */
export const flowTerm = <N>(B: Backend<N>, process: ForwardProcess, denoiser: Nonlinear<N>): LawfulTerm<N> => {
  const { alpha, sigma, alphaDerivative, varianceDerivative, logSnr, timeOfLogSnr } = process
  const linear = (t: number): number => varianceDerivative(t) / (2 * sigma(t) ** 2)
  return {
    name: `probability flow of ${process.name}`,
    backend: B,
    linear,
    gain: (t) => alphaDerivative(t) - alpha(t) * linear(t),
    nonlinear: denoiser,
    propagator: (t, s) => sigma(s) / sigma(t),
    weight: (t, s) => alpha(s) - (alpha(t) * sigma(s)) / sigma(t),
    clock: { at: (t) => logSnr(t) / 2, inverse: (half) => timeOfLogSnr(2 * half), rate: 1 },
  }
}

/** The flow of a mixture of two under Ornstein–Uhlenbeck noise. */
const mixtureFrom = <N>(B: Backend<N>, start: number, stop: number, data: readonly number[]): Problem<N> => {
  const process = ornsteinUhlenbeck()
  const mixture: Mixture = { weights: [0.3, 0.7], means: [-1, 1], variances: [0.5, 0.25] }
  return {
    name: 'the probability flow of a mixture',
    term: flowTerm(B, process, mixtureDenoiser(B, mixture, process)),
    start,
    stop,
    initial: { data, columns: 1 },
    exact: () => mixtureFlow(B, mixture, process, [start, stop], data),
  }
}

export const mixtureProblem = <N>(B: Backend<N>): Problem<N> => mixtureFrom(B, 1.5, 0.3, [0.3, -1, 1.5, -0.2])

/** The same nearer to the data, where the error of order 6 and above stands above rounding. */
export const longMixtureProblem = <N>(B: Backend<N>): Problem<N> => mixtureFrom(B, 1.5, 0.2, [0.3, -1, 1.5])
