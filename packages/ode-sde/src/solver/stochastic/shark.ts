import { velocity } from '../../term/velocity.js'
import { combine } from '../combine.js'
import type { Solver } from '../solver.js'
import { additiveDiffusion, levyAreaOf, requireNoise } from './require-noise.js'

/**
 * ShARK, the shifted additive-noise Runge–Kutta method of strong order 1.5 (Foster, dos Reis & Strange 2024, "High order splitting methods
 * for SDEs satisfying a commutativity condition", eq. 6.1), H the space–time Lévy area and h = s − t:
 *
 *     z = x + g H,    y = z + ⅚ (h velocity(z) + g ΔW),    x_s = x + h (⅖ velocity(z) + ⅗ velocity(y)) + g ΔW.
 *
 * The paper has a constant g. Here it depends on time: z and y are taken with g(t), at t and t + ⅚ h, and the last term is
 * ½(g(t) + g(s)) ΔW − (g(s) − g(t)) H, the Itô integral of the line between them. Weak order 2; the error constant is smaller than that of SRA1.
 */
export const shark: Solver = {
  name: 'shark',
  order: 2,
  strongOrder: 1.5,
  kind: 'sde',
  evaluationsPerStep: 2,
  step: (B, given, input) => {
    const { term, brownian } = requireNoise('shark', given, input)
    const { step, t, s, x } = input
    const h = s - t
    const shape = B.shape(x)
    const dW = brownian.increment({ step, t, s }, shape)
    const H = levyAreaOf('shark', brownian, { step, t, s }, shape)
    const [before, after] = [additiveDiffusion(term, t), additiveDiffusion(term, s)]
    const v = velocity(term)
    const z = combine(B, 1, x, before, H)
    const first = v(z, t)
    const y = B.add(z, combine(B, (5 / 6) * h, first, (5 / 6) * before, dW))
    const second = v(y, t + (5 / 6) * h)
    const drifted = B.add(x, combine(B, 0.4 * h, first, 0.6 * h, second))
    return { x: B.add(drifted, combine(B, 0.5 * (before + after), dW, before - after, H)), evaluations: 2 }
  },
}
