import { tweedieError } from '@tweedie/core'
import { combine } from '../combine.js'
import type { Solver } from '../solver.js'
import { processOf } from './diffusion-of.js'
import { exponentialEulerMaruyama } from './exponential-euler-maruyama.js'
import { requireNoise } from './require-noise.js'

/** What a predictor–corrector is made of. */
export interface PredictorCorrectorOptions {
  /** The step of the reverse equation; `exponentialEulerMaruyama` when not given. */
  readonly predictor?: Solver
  /** Langevin steps after it; 1 when not given. */
  readonly corrections?: number
  /** r, the ratio of the lengths of a Langevin step and of its noise; 0.16 when not given. */
  readonly signalToNoise?: number
}

/**
 * Predictor–corrector sampling (Song et al. 2021, algorithms 2–5): a step of the reverse equation to s, then Langevin steps
 *
 *     x ← x + ε score(x, s) + √(2ε) z,    ε = 2 (r σ_s)²,
 *
 * which draw x towards p_s. Song et al. have ε = 2 (r |z|/|score|)² with norms averaged over the batch; σ_s is what |z|/|score| is for the
 * noise alone, and makes a row depend on no other row. Onto σ_s = 0 there is no correction.
 *
 * The order is 0: Langevin steps of a given r keep a law that is not p_s but off by O(r²) (2.6 % of the variance at most for r = 0.16 and a
 * Gaussian), however fine the grid. What they buy is that errors of the predictor and of the field's past are forgotten. Only for terms
 * of a process, `reverseSde` and `churnSde`. Throws `InvalidArgument` for a negative or fractional count, r ≤ 0, or noise without `standardNormal`.
 */
export const predictorCorrector = ({
  predictor = exponentialEulerMaruyama,
  corrections = 1,
  signalToNoise = 0.16,
}: PredictorCorrectorOptions = {}): Solver => {
  const name = `predictorCorrector(${predictor.name}, ${corrections})`
  const refuse = (what: string, mend: string) => tweedieError('InvalidArgument', name, what, mend)
  if (!Number.isInteger(corrections) || corrections < 0) throw refuse(`${corrections} corrections`, 'Use a whole number, 0 or more')
  if (!(signalToNoise > 0) || !Number.isFinite(signalToNoise))
    throw refuse(`signal-to-noise ratio ${signalToNoise}`, 'Use a positive number')
  if (predictor.kind !== 'sde') throw refuse(`the predictor ${predictor.name}, which has no noise`, 'Use an SDE solver')
  const { start, strongOrder } = predictor
  return {
    name,
    order: corrections === 0 ? predictor.order : 0,
    ...(corrections === 0 && strongOrder !== undefined && { strongOrder }),
    kind: 'sde',
    evaluationsPerStep: predictor.evaluationsPerStep + corrections,
    ...(start && { start }),
    step: (B, given, input) => {
      const { term, brownian } = requireNoise(name, given, input)
      const { step, t, s } = input
      const { alpha, sigma } = processOf(name, term)
      const { x: arrived, memory = [], evaluations } = predictor.step(B, term, input)
      const [a, variance] = [alpha(s), sigma(s) ** 2]
      if (corrections === 0 || variance === 0) return { x: arrived, memory, evaluations }
      const { standardNormal } = brownian
      if (standardNormal === undefined)
        throw refuse(
          'a Brownian motion without standardNormal',
          'Use brownianPath or independentIncrements: Langevin steps need noise of their own',
        )
      // ε score = 2 r² (α m − x).
      const pull = 2 * signalToNoise * signalToNoise
      let x = arrived
      for (let k = 0; k < corrections; k++) {
        const drawn = combine(B, 1 - pull, x, pull * a, term.nonlinear(x, s))
        x = combine(B, 1, drawn, 2 * signalToNoise * sigma(s), standardNormal({ step, t, s }, k, B.shape(x)))
      }
      return { x, memory, evaluations: evaluations + corrections }
    },
  }
}
