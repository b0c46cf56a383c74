import { isRegular } from '../../term/coefficient.js'
import { velocity } from '../../term/velocity.js'
import { combine } from '../combine.js'
import type { Solver } from '../solver.js'
import { exponentialEulerMaruyama } from './exponential-euler-maruyama.js'
import { diffuse, requireNoise } from './require-noise.js'

/**
 * Heun's method for Stratonovich equations (Rümelin 1982; for additive noise Kloeden & Platen 1992, §15.1):
 *
 *     y = x + (s − t) velocity(x, t) + g(x, t) ΔW,
 *     x_s = x + (s − t) (velocity(x, t) + velocity(y, s))/2 + (g(x, t) + g(y, s))/2 ΔW.
 *
 * It converges to the Stratonovich solution: that is the Itô one where the diffusion does not depend on the state, as in every equation of a
 * diffusion model, and not for a `diagonalSdeTerm`. Additive noise: weak order 2, strong order 1. Diagonal noise: strong order 1. A step onto
 * a time where the velocity is infinite (σ = 0) is an exponential Euler–Maruyama step instead.
 */
export const heunStratonovich: Solver = {
  name: 'heunStratonovich',
  order: 2,
  strongOrder: 1,
  kind: 'sde',
  evaluationsPerStep: 2,
  step: (B, given, input) => {
    const { term, brownian } = requireNoise('heunStratonovich', given, input)
    const { step, t, s, x } = input
    if (!isRegular(term, s)) return exponentialEulerMaruyama.step(B, term, input)
    const v = velocity(term)
    const dW = brownian.increment({ step, t, s }, B.shape(x))
    const [slope, noise] = [v(x, t), diffuse(term, x, t, dW)]
    const y = B.add(combine(B, 1, x, s - t, slope), noise)
    const drift = B.mul(B.add(slope, v(y, s)), (s - t) / 2)
    return { x: B.add(B.add(x, drift), B.mul(B.add(noise, diffuse(term, y, s, dW)), 0.5)), evaluations: 2 }
  },
}
