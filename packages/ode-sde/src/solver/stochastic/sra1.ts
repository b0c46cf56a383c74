import { velocity } from '../../term/velocity.js'
import { combine } from '../combine.js'
import type { Solver } from '../solver.js'
import { additiveDiffusion, levyAreaOf, requireNoise } from './require-noise.js'

/**
 * SRA1, a stochastic Runge–Kutta method of strong order 1.5 for additive noise (Rößler 2010, "Runge–Kutta methods for the strong
 * approximation of solutions of stochastic differential equations", method SRA1). With h = s − t, ΔW, and χ = ∫ (W_u − W_t) du/h = ΔW/2 + H, H
 * the space–time Lévy area:
 *
 *     y = x + ¾ h velocity(x, t) + ³⁄₂ g(s) χ,
 *     x_s = x + h (⅓ velocity(x, t) + ⅔ velocity(y, t + ¾ h)) + g(t) χ + g(s)(ΔW − χ).
 *
 * Weak order 2. The velocity is not taken at the end of the step, but the diffusion is: both ends need a finite one.
 */
export const sra1: Solver = {
  name: 'sra1',
  order: 2,
  strongOrder: 1.5,
  kind: 'sde',
  evaluationsPerStep: 2,
  step: (B, given, input) => {
    const { term, brownian } = requireNoise('sra1', given, input)
    const { step, t, s, x } = input
    const h = s - t
    const shape = B.shape(x)
    const dW = brownian.increment({ step, t, s }, shape)
    const chi = combine(B, 0.5, dW, 1, levyAreaOf('sra1', brownian, { step, t, s }, shape))
    const [before, after] = [additiveDiffusion(term, t), additiveDiffusion(term, s)]
    const v = velocity(term)
    const first = v(x, t)
    const y = B.add(combine(B, 1, x, 0.75 * h, first), B.mul(chi, 1.5 * after))
    const second = v(y, t + 0.75 * h)
    const drifted = B.add(x, combine(B, h / 3, first, (2 * h) / 3, second))
    return { x: B.add(drifted, combine(B, after, dW, before - after, chi)), evaluations: 2 }
  },
}
