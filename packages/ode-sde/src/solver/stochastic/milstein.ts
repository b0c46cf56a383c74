import { isDiagonal } from '../../term/diagonal-sde.js'
import { velocity } from '../../term/velocity.js'
import { combine } from '../combine.js'
import type { Solver } from '../solver.js'
import { eulerMaruyama } from './euler-maruyama.js'
import { requireNoise } from './require-noise.js'

/**
 * Milstein's method for diagonal noise (Milstein 1974; Kloeden & Platen 1992, eq. 10.3.12), Itô:
 *
 *     x_s = x_t + (s − t) velocity + g ΔW + ½ g ∂g/∂x (ΔW² − |s − t|).
 *
 * Weak and strong order 1 where the diffusion depends on the state (`diagonalSdeTerm`), where Euler–Maruyama has strong order ½. For additive
 * noise it is Euler–Maruyama.
 */
export const milstein: Solver = {
  name: 'milstein',
  order: 1,
  strongOrder: 1,
  kind: 'sde',
  evaluationsPerStep: 1,
  step: (B, given, input) => {
    const { term, brownian } = requireNoise('milstein', given, input)
    if (!isDiagonal(term)) return eulerMaruyama.step(B, term, input)
    const { step, t, s, x } = input
    const dW = brownian.increment({ step, t, s }, B.shape(x))
    const g = term.stateDiffusion(x, t)
    const slope = B.mul(g, term.stateDiffusionDerivative(x, t))
    const second = B.mul(B.mul(slope, B.sub(B.square(dW), Math.abs(s - t))), 0.5)
    const drifted = combine(B, 1, x, s - t, velocity(term)(x, t))
    return { x: B.add(drifted, B.add(B.mul(g, dW), second)), evaluations: 1 }
  },
}
