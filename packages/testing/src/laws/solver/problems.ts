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
export const mixtureProblem = <N>(B: Backend<N>): Problem<N> => {
  const process = ornsteinUhlenbeck()
  const mixture: Mixture = { weights: [0.3, 0.7], means: [-1, 1], variances: [0.5, 0.25] }
  const data = [0.3, -1, 1.5, -0.2]
  return {
    name: 'the probability flow of a mixture',
    term: flowTerm(B, process, mixtureDenoiser(B, mixture, process)),
    start: 1.5,
    stop: 0.3,
    initial: { data, columns: 1 },
    exact: () => mixtureFlow(B, mixture, process, [1.5, 0.3], data),
  }
}
