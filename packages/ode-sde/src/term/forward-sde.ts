import { type Backend, diffusionSquared, drift, type ForwardProcess } from '@tweedie/core'
import type { SdeTerm } from './term.js'

/**
 * The forward equation dX = f X dt + g dW, from data to noise: solve it on an increasing grid. All of it is linear, so a step of
 * `exponentialEulerMaruyama` has exactly the law of the transition, N((α_s/α_t) x, (σ_s² − (α_s/α_t)² σ_t²) I), over any step, from σ = 0 and
 * onto α = 0. Euler–Maruyama and the like converge to it where g is finite.
 */
export const forwardSde = <N>(B: Backend<N>, process: ForwardProcess): SdeTerm<N> => {
  const { alpha, sigma } = process
  const propagator = (t: number, s: number): number => alpha(s) / alpha(t)
  return {
    name: `forwardSde of ${process.name}`,
    backend: B,
    timeRange: process.timeRange,
    direction: 'increasing',
    linear: (t) => drift(process, t),
    gain: () => 1,
    nonlinear: (x) => B.full(B.shape(x), 0),
    propagator,
    weight: () => 0,
    diffusion: (t) => Math.sqrt(Math.max(0, diffusionSquared(process, t))),
    noise: (t, s) => {
      const kept = propagator(t, s) * sigma(t)
      return Math.sqrt(Math.abs((sigma(s) - kept) * (sigma(s) + kept)))
    },
  }
}
