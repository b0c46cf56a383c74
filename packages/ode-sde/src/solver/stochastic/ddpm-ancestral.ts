import { combine } from '../combine.js'
import type { Solver } from '../solver.js'
import { reverseProcess } from './diffusion-of.js'
import { exponentialEulerMaruyama } from './exponential-euler-maruyama.js'
import { requireNoise } from './require-noise.js'

/** Which variance an ancestral step has. */
export type AncestralVariance = 'posterior' | 'transition'

/**
 * DDPM's ancestral step for any process at any times (Ho, Jain & Abbeel 2020, eq. 6, 7 and 11). With the transition from s to t, factor
 * a = α_t/α_s and variance β = σ_t² − a² σ_s², and m the denoiser at t,
 *
 *     x_s = (a σ_s²/σ_t²) x_t + (α_s β/σ_t²) m + √variance ξ.
 *
 * The variance is that of the posterior of X_s given X_t and X_0, β σ_s²/σ_t² (right for a point mass; the default), or that of the transition,
 * β (right for X_0 ~ N(0, I)): the two of Ho et al., §3.2. Weak and strong order 1. On `reverseSde` the first is
 * `exponentialEulerMaruyama`, and that is also what it is on a term of no process; a term of a process with another amount of noise is refused.
 * The step of 'transition' onto σ = 0 adds noise: leave it out with a last denoising step, as Ho et al. do.
 */
export const ddpmAncestralWith = (variance: AncestralVariance): Solver => ({
  name: variance === 'posterior' ? 'ddpmAncestral' : 'ddpmAncestral, variance of the transition',
  order: 1,
  strongOrder: 1,
  kind: 'sde',
  evaluationsPerStep: 1,
  step: (B, given, input) => {
    const { term, brownian } = requireNoise('ddpmAncestral', given, input)
    if (term.process === undefined && variance === 'posterior') return exponentialEulerMaruyama.step(B, term, input)
    const { step, t, s, x } = input
    const { alpha, sigma } = reverseProcess('ddpmAncestral', term, t, s)
    const factor = alpha(t) / alpha(s)
    const [before, after] = [sigma(t) ** 2, sigma(s) ** 2]
    const beta = Math.max(0, before - factor * factor * after)
    const mean = combine(B, (factor * after) / before, x, (alpha(s) * beta) / before, term.nonlinear(x, t))
    const noise = Math.sqrt((variance === 'posterior' ? (beta * after) / before : beta) / Math.abs(s - t))
    if (!(noise > 0)) return { x: mean, evaluations: 1 }
    return { x: combine(B, 1, mean, noise, brownian.increment({ step, t, s }, B.shape(x))), evaluations: 1 }
  },
})

/** `ddpmAncestralWith('posterior')`. */
export const ddpmAncestral: Solver = ddpmAncestralWith('posterior')
