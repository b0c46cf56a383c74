import type { ForwardProcess } from '@tweedie/core'
import fc from 'fast-check'
import { times } from '../../arbitraries/times.js'
import { agree, type Law, law } from '../law.js'

/** α² + σ² = 1 at every time, the ends included (Song et al. 2021, eq. 29 with a start of variance 0). */
export const variancePreserving = (process: ForwardProcess): Law =>
  law(
    `${process.name}: α² + σ² = 1`,
    'Song et al. 2021, "Score-based generative modeling through stochastic differential equations", eq. (29)',
    fc.oneof(times(process), fc.constantFrom(...process.timeRange)),
    (t) => agree(`α² + σ² at t = ${t}`, process.alpha(t) ** 2 + process.sigma(t) ** 2, 1, 1e-13),
  )
