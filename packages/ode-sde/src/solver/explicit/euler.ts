import { velocity } from '../../term/velocity.js'
import { combine } from '../combine.js'
import type { Solver } from '../solver.js'

/** The explicit Euler method, order 1: x_s = x_t + (s − t) velocity(x_t, t). Paper A's solver, with 500 uniform steps. */
export const euler: Solver = {
  name: 'euler',
  order: 1,
  kind: 'ode',
  evaluationsPerStep: 1,
  step: (B, term, { t, s, x }) => ({ x: combine(B, 1, x, s - t, velocity(term)(x, t)), evaluations: 1 }),
}
