import { diffusionSquared, type ForwardProcess } from '@tweedie/core'
import { integrate } from '../../term/quadrature.js'
import { combine } from '../combine.js'
import type { Solver } from '../solver.js'
import { reverseProcess } from './diffusion-of.js'
import { requireNoise } from './require-noise.js'

/** The equations of paper B, and the sampler of its authors' two-dimensional code. */
export type SplittingEquation = '23' | '25' | '39' | 'authors'

/** What may be chosen besides. */
export interface SplittingOptions {
  /** Add the noise before the drift, as in the five-point experiment (paper B, table 1), so that a run ends with a drift; false when not given. */
  readonly noiseFirst?: boolean
}

/**
 * Paper B's splitting steps of the reverse equation (arXiv 2301.07882; docs/formulas.md §3), weak and strong order 1. They are stated for
 * the Ornstein–Uhlenbeck process, Δ = t − s, v = 1 − e^(−t), a = e^(−t/2):
 *
 *     (23)       x_s = e^(Δ/2) (x − Δ S) + √(1 − e^(−Δ)) ξ,    S = −score
 *     (25)       the same with S = ε/√v, ε the noise
 *     (39)       the same with S = x/v − (a/v) m, m the denoiser
 *     'authors'  x_s = e^(−Δ/2) (x − Δ (a² x − a m)/v) + √(1 − e^(−Δ)) ξ
 *
 * The term's field is read as a denoiser whatever its kind, so the first three are one step and differ by rounding at most. For another process
 * e^(−Δ/2) is α_t/α_s, the noise that of the transition from s to t, √(σ_t² − (α_t/α_s)² σ_s²), the Δ on S is ∫ g² (by quadrature; infinite
 * from α = 0), and that on x in the last, where (a² x − a m)/v = S − x, is 2 ln(α_s/α_t). For α = 1 (23) is the step of Song et al. 2021, eq. 47.
 */
export const splitting = (equation: SplittingEquation, { noiseFirst = false }: SplittingOptions = {}): Solver => {
  const name = `splitting(${equation}${noiseFirst ? ', noise first' : ''})`
  return {
    name,
    order: 1,
    strongOrder: 1,
    kind: 'sde',
    evaluationsPerStep: 1,
    step: (B, given, input) => {
      const { term, brownian } = requireNoise(name, given, input)
      const { step, t, s, x } = input
      const process = reverseProcess(name, term, t, s)
      const { growth, kick, noise } = coefficients(process, t, s)
      const increment = B.mul(brownian.increment({ step, t, s }, B.shape(x)), noise === 0 ? 0 : noise / Math.sqrt(Math.abs(s - t)))
      const from = noiseFirst ? B.add(x, increment) : x
      const variance = process.sigma(t) ** 2
      const m = term.nonlinear(from, t)
      // x − kick S with S = (x − α m)/σ².
      const [ofX, ofM] = [1 - kick / variance, (kick * process.alpha(t)) / variance]
      const drifted =
        equation === 'authors'
          ? combine(B, (ofX + 2 * Math.log(growth)) / growth, from, ofM / growth, m)
          : combine(B, growth * ofX, from, growth * ofM, m)
      return { x: noiseFirst ? drifted : B.add(drifted, increment), evaluations: 1 }
    },
  }
}

const coefficients = (process: ForwardProcess, t: number, s: number): { growth: number; kick: number; noise: number } => {
  const { name, alpha, sigma } = process
  const kept = alpha(t) / alpha(s)
  return {
    growth: 1 / kept,
    kick: integrate((u) => diffusionSquared(process, u), s, t, `splitting, g² of ${name}`),
    noise: Math.sqrt(Math.max(0, sigma(t) ** 2 - (kept * sigma(s)) ** 2)),
  }
}
