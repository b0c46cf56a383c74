import type { Backend, Matrix } from '@tweedie/core'
import { tweedieError } from '@tweedie/core'
import type { Solver } from '../solver.js'
import { interpolatoryWeights } from './interpolate.js'
import { exponentialSum, firstOrder, singleStep } from './single-step.js'
import { pastOf, spanOf } from './span.js'

/**
 * DEIS of order 1 to 4, one evaluation a step (Zhang & Chen 2023, "Fast sampling of diffusion models with exponential integrator", the
 * Adams–Bashforth kind, tAB-DEIS): the polynomial through the last `order` values of the nonlinear part, integrated exactly against the
 * propagator,
 *
 *     x_s = propagator x + Σ b_i m(x_(t_i), t_i),    Σ b_i θ_i^j = W_j = ∫ propagator·gain·θ^j,    j < order.
 *
 * The paper interpolates the noise in t; here it is the term's own nonlinear part (of the flow the denoiser) in the term's clock, where W_j
 * are φ-functions; in time, by quadrature, where there is no finite clock. deis(1) is `ddim`; for a term without linear part these are the
 * Adams–Bashforth methods on any grid.
 *
 * A method of order p needs a first value good to order p − 1, a step of local error h^p: with p − 1 values known it extrapolates from
 * those, before that it takes single steps of order p − 1 (`ddim`, `exponentialRungeKutta2`, `dpmSolver3`), so 1 evaluation more in all at
 * order 3 and 4 more at order 4. A step onto σ = 0 is `ddim`'s.
 *
 * The error of the step, from order 3 on, is the difference from one value fewer; orders 1 and 2, which begin with `ddim`, give none.
 * Throws `InvalidArgument` for another order.
 */
export const deis = (order: 1 | 2 | 3 | 4): Solver => {
  if (![1, 2, 3, 4].includes(order)) throw tweedieError('InvalidArgument', 'deis', `order ${order}`, 'Use 1, 2, 3 or 4')
  return {
    name: `deis(${order})`,
    order,
    ...(order > 2 && { errorOrder: order - 1 }),
    kind: 'ode',
    evaluationsPerStep: 1,
    step: (B, term, { t, s, x, memory }) => {
      const value = term.nonlinear(x, t)
      const opening = { t, s, x, value }
      const span = spanOf(term, t, s)
      if (span === undefined) return { ...firstOrder(B, term, opening), memory: t === s ? memory : [{ time: t, value }], evaluations: 1 }
      const values = [{ time: t, value }, ...pastOf(span, memory)].slice(0, order)
      const kept = values.slice(0, Math.max(order - 1, 0))
      if (values.length < order - 1) {
        const landing = singleStep(B, term, opening, span, order - 1)
        return { ...landing, memory: kept, evaluations: 1 + landing.evaluations }
      }
      const nodes = values.map(({ time }) => span.position(time))
      const moments = span.moments(values.length)
      const weights = interpolatoryWeights(nodes, moments)
      const tensors = values.map((entry) => entry.value)
      return {
        x: exponentialSum(B, term, opening, weights, tensors),
        ...(order > 2 && { error: difference(B, weights, interpolatoryWeights(nodes.slice(0, -1), moments), tensors) }),
        memory: kept,
        evaluations: 1,
      }
    },
  }
}

/** Σ (high_i − low_i) value_i, low 0 where it has no more. */
const difference = <N>(B: Backend<N>, high: readonly number[], low: readonly number[], values: readonly Matrix<N>[]): Matrix<N> =>
  values.map((value, i) => B.mul(value, (high[i] as number) - (low[i] ?? 0))).reduce((sum, value) => B.add(sum, value))
