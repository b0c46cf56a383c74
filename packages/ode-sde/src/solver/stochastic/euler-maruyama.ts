import { tweedieError } from '@tweedie/core'
import { finiteCoefficient } from '../../term/coefficient.js'
import { isSde } from '../../term/term.js'
import { velocity } from '../../term/velocity.js'
import { combine } from '../combine.js'
import type { Solver } from '../solver.js'

/**
 * Euler–Maruyama: x_s = x_t + (s − t) velocity(x_t, t) + diffusion(t)(W_s − W_t) (Kloeden & Platen 1992, §10.2). Weak order 1. The
 * diffusion of a term does not depend on x, so the strong order is 1 too.
 */
export const eulerMaruyama: Solver = {
  name: 'eulerMaruyama',
  order: 1,
  strongOrder: 1,
  kind: 'sde',
  evaluationsPerStep: 1,
  step: (B, term, { step, t, s, x, brownian }) => {
    if (!isSde(term) || brownian === undefined)
      throw tweedieError(
        'InvalidArgument',
        'eulerMaruyama',
        `${term.name} without ${brownian ? 'noise' : 'Brownian motion'}`,
        'Give the term a diffusion and the step a Brownian motion',
      )
    const diffusion = finiteCoefficient(term, 'the diffusion', term.diffusion(t), t)
    const drifted = combine(B, 1, x, s - t, velocity(term)(x, t))
    return { x: combine(B, 1, drifted, diffusion, brownian.increment({ step, t, s }, B.shape(x))), evaluations: 1 }
  },
}
