import type { Matrix } from '@tweedie/core'
import { combine } from '../solver/combine.js'
import { finiteCoefficient } from './coefficient.js'
import type { Term } from './term.js'

/**
 * The right-hand side of a term as one function, linear(t)·x + gain(t)·nonlinear(x, t): what Runge–Kutta methods see.
 * [M, D], t → [M, D]. Throws `SolverFailure` at a time where a coefficient is infinite.
 */
export const velocity =
  <N>(term: Term<N>) =>
  (x: Matrix<N>, t: number): Matrix<N> => {
    const B = term.backend
    const linear = finiteCoefficient(term, 'the linear coefficient', term.linear(t), t)
    const gain = finiteCoefficient(term, 'the gain', term.gain(t), t)
    return B.scope(() => {
      const rest = term.nonlinear(x, t)
      if (linear !== 0) return combine(B, linear, x, gain, rest)
      return gain === 1 ? rest : B.mul(rest, gain)
    })
  }
