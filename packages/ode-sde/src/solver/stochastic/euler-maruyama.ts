import { velocity } from '../../term/velocity.js'
import { combine } from '../combine.js'
import type { Solver } from '../solver.js'
import { diffuse, requireNoise } from './require-noise.js'

/**
 * Euler–Maruyama: x_s = x_t + (s − t) velocity(x_t, t) + diffusion(t)(W_s − W_t) (Kloeden & Platen 1992, §10.2). Weak order 1. Where the
 * diffusion does not depend on x the strong order is 1 too; for a `diagonalSdeTerm` it is ½ (Itô).
 */
export const eulerMaruyama: Solver = {
  name: 'eulerMaruyama',
  order: 1,
  strongOrder: 1,
  kind: 'sde',
  evaluationsPerStep: 1,
  step: (B, given, input) => {
    const { term, brownian } = requireNoise('eulerMaruyama', given, input)
    const { step, t, s, x } = input
    const noise = diffuse(term, x, t, brownian.increment({ step, t, s }, B.shape(x)))
    return { x: B.add(combine(B, 1, x, s - t, velocity(term)(x, t)), noise), evaluations: 1 }
  },
}
