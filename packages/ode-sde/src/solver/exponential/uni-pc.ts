import { tweedieError } from '@tweedie/core'
import type { Solver } from '../solver.js'
import { interpolatoryWeights } from './interpolate.js'
import { exponentialSum, firstOrder, singleStep } from './single-step.js'
import { pastOf, type Span, spanOf } from './span.js'

/** Options of `uniPC`. */
export interface UniPCOptions {
  /** B(h) of the paper: `bh1` is h, `bh2` is e^h − 1. `bh2` where not given. */
  readonly variant?: 'bh1' | 'bh2'
}

/**
 * UniPC-p for p = 2 or 3, one evaluation a step (Zhao et al. 2023, "UniPC", §3; in data prediction):
 *
 *     predictor UniP-p:  x̃_s = propagator x + Σ b_i m_i        over the last p values,
 *     corrector UniC-p:  x_s = propagator x + Σ b′_i m_i       over those and m(x̃_s, s).
 *
 * The corrector's evaluation m(x̃_s, s) is the first value of the next step: it is not taken again at the corrected state. As the paper
 * proves, the corrector raises the order by one, so `order` is p + 1: 3 and 4. B(h) enters only where a single coefficient is taken as ½
 * (UniP-2 and UniC-1); elsewhere it cancels. With `bh2` UniP-2 is the step of `dpmSolver2M`.
 *
 * `start` takes the first value, so that N steps cost N + 1 evaluations. A first step for p = 2 is UniPC-1; for p = 3, which needs starting
 * values good to order 3, it is one of `dpmSolver3`, 2 evaluations more. Onto σ = 0 it takes `ddim`'s step and no evaluation. The error is
 * the corrector's change, which estimates that of the predictor (order p). Throws `InvalidArgument` for another p.
 */
export const uniPC = (p: 2 | 3, { variant = 'bh2' }: UniPCOptions = {}): Solver => {
  if (p !== 2 && p !== 3) throw tweedieError('InvalidArgument', 'uniPC', `order ${p}`, 'Use 2 or 3')
  if (variant !== 'bh1' && variant !== 'bh2')
    throw tweedieError('InvalidArgument', 'uniPC', `variant ${variant}`, 'Use bh1 (B(h) = h) or bh2 (B(h) = e^h − 1)')
  return {
    name: `uniPC(${p}${variant === 'bh1' ? ', bh1' : ''})`,
    order: p + 1,
    errorOrder: p,
    kind: 'ode',
    evaluationsPerStep: 1,
    start: (_B, term, { x, t }) => ({ memory: [{ time: t, value: term.nonlinear(x, t) }], evaluations: 1 }),
    step: (B, term, { t, s, x, memory }) => {
      const held = memory[0]?.time === t
      const value = held ? (memory[0] as { readonly value: typeof x }).value : term.nonlinear(x, t)
      const taken = held ? 0 : 1
      const opening = { t, s, x, value }
      const span = spanOf(term, t, s)
      if (span === undefined) return { x: firstOrder(B, term, opening).x, memory: t === s ? memory : [], evaluations: taken }
      const values = [{ time: t, value }, ...pastOf(span, memory)].slice(0, p)
      const finish = (there: typeof x) => [{ time: s, value: there }, ...values].slice(0, p)
      if (values.length < p - 1) {
        const landing = singleStep(B, term, opening, span, p)
        return { ...landing, memory: finish(term.nonlinear(landing.x, s)), evaluations: taken + landing.evaluations + 1 }
      }
      const nodes = values.map(({ time }) => span.position(time))
      const tensors = values.map((entry) => entry.value)
      const predicted = exponentialSum(B, term, opening, unifiedWeights(span, nodes, variant), tensors)
      const there = term.nonlinear(predicted, s)
      const corrected = exponentialSum(B, term, opening, unifiedWeights(span, [...nodes, 1], variant), [...tensors, there])
      return { x: corrected, error: B.sub(corrected, predicted), memory: finish(there), evaluations: taken + 1 }
    },
  }
}

/**
 * The coefficients of UniP and UniC. R a = φ/B(h) of the paper says that polynomials in the clock are integrated exactly, so B(h) a are
 * the interpolatory weights; but with two nodes 0 and r the one coefficient is ½ and x_s = … + ½ B(h) (m_r − m)/r.
 */
const unifiedWeights = (span: Span, nodes: readonly number[], variant: 'bh1' | 'bh2'): number[] => {
  const moments = span.moments(nodes.length)
  if (nodes.length !== 2) return interpolatoryWeights(nodes, moments)
  const weight = moments[0] as number
  const share = (variant === 'bh1' ? span.endWeight() : weight) / (2 * (nodes[1] as number))
  return [weight - share, share]
}
