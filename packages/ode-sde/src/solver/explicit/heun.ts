import { isRegular } from '../../term/coefficient.js'
import { velocity } from '../../term/velocity.js'
import { combine } from '../combine.js'
import { ddim } from '../exponential/ddim.js'
import type { Solver } from '../solver.js'

/**
 * Heun's method, order 2: an Euler step, then the mean of the velocities at both ends. A step onto a time where the velocity is infinite
 * (σ = 0) is an exponential Euler step instead; for σ = t, α = 1 that is the last step of Karras et al. 2022, algorithm 1.
 */
export const heun: Solver = {
  name: 'heun',
  order: 2,
  kind: 'ode',
  evaluationsPerStep: 2,
  step: (B, term, input) => {
    const { t, s, x } = input
    if (!isRegular(term, s)) return ddim.step(B, term, input)
    const v = velocity(term)
    const first = v(x, t)
    const second = v(combine(B, 1, x, s - t, first), s)
    return { x: combine(B, 1, x, (s - t) / 2, B.add(first, second)), evaluations: 2 }
  },
}
