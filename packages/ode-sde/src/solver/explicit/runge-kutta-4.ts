import { isRegular } from '../../term/coefficient.js'
import { velocity } from '../../term/velocity.js'
import { combine } from '../combine.js'
import { ddim } from '../exponential/ddim.js'
import type { Solver } from '../solver.js'

/**
 * The classical Runge–Kutta method, order 4 (Kutta 1901; Hairer, Nørsett & Wanner, "Solving ODEs I", §II.1, table 1.2): the velocities at the
 * start, twice in the middle and at the end, weighed 1 : 2 : 2 : 1. As in `heun`, a step onto a time where the velocity is infinite (σ = 0) is
 * an exponential Euler step instead.
 */
export const rungeKutta4: Solver = {
  name: 'rungeKutta4',
  order: 4,
  kind: 'ode',
  evaluationsPerStep: 4,
  step: (B, term, input) => {
    const { t, s, x } = input
    if (!isRegular(term, s)) return ddim.step(B, term, input)
    const v = velocity(term)
    const h = s - t
    const first = v(x, t)
    const second = v(combine(B, 1, x, h / 2, first), t + h / 2)
    const third = v(combine(B, 1, x, h / 2, second), t + h / 2)
    const fourth = v(combine(B, 1, x, h, third), s)
    const slope = combine(B, 1, B.add(first, fourth), 2, B.add(second, third))
    return { x: combine(B, 1, x, h / 6, slope), evaluations: 4 }
  },
}
