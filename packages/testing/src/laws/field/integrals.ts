import { type ForwardProcess, transition, tweedieError } from '@tweedie/core'
import fc from 'fast-check'
import { timesByLogSnr } from '../../arbitraries/times.js'
import { agree, type Law, law } from '../law.js'
import { differenceStep, jacobianEntry, shiftedRows } from './differences.js'
import { evaluate, type QueryOptions, unitNumbers } from './evaluate.js'
import type { LawfulField } from './pointwise.js'
import { largestReach, linearStep, quadraticStep, trapezoid } from './quadrature.js'

/** What is known of the law of X_0. */
export interface DataOptions {
  /**
   * How far from 0 X_0 is found in every coordinate, all but a share of 1e-10 of it (6.5 standard deviations of a Gaussian). Given, and in one or
   * two dimensions, the laws that integrate over x are checked, at noise where some thousand nodes are enough.
   */
  readonly support?: number
  /** E[X_0]. */
  readonly mean?: ArrayLike<number>
  /** tr Cov(X_0). */
  readonly covarianceTrace?: number
}

/** ∫ p_t = 1, E[m] = E[X_0], the law of total variance and the Markov property, by quadrature in one or two dimensions. */
export const integralLaws = <N>(
  field: LawfulField<N>,
  process: ForwardProcess,
  options: QueryOptions & DataOptions & { readonly support: number },
): readonly Law[] => {
  const { dimension, radius = 2, support, mean, covarianceTrace, logSnrRange: [lowest, highest] = [-6, 5] } = options
  const B = field.backend
  const origin = new Array<number>(dimension).fill(0)
  const reachAt = (t: number): number => (process.alpha(t) * support) / process.sigma(t)
  /** Times noisy enough for a rule with few nodes. */
  const noisy = (step: (reach: number) => number): fc.Arbitrary<number> => {
    const clean = Math.min(highest, 2 * Math.log(largestReach(dimension, step) / support))
    const reached = process.logSnr(process.timeRange[1])
    if (!(reached < clean))
      throw tweedieError(
        'InvalidArgument',
        'fieldLaws',
        `a support of ${support} under ${process.name}, whose log-SNR ends at ${reached} where ${clean} is needed`,
        'Leave out `support`, or `covarianceTrace`, or check under a process that adds more noise',
      )
    return timesByLogSnr(process, Math.min(lowest, clean - 2), clean)
  }
  const rule = (t: number, step: (reach: number) => number) => trapezoid(origin, process.sigma(t), reachAt(t), step(reachAt(t)))
  const densityAt = async (nodes: Float64Array, t: number): Promise<Float64Array> =>
    (await evaluate(B, field.logDensity, nodes, dimension, t)).map(Math.exp)

  const normalised = law(
    'the density integrates to 1',
    'p_t is a probability density; quadrature by the trapezoidal rule (Trefethen & Weideman 2014)',
    noisy(linearStep),
    async (t) => {
      const { nodes, weight } = rule(t, linearStep)
      const density = await densityAt(nodes, t)
      agree(`∫ p at t = ${t}`, density.reduce((sum, value) => sum + value, 0) * weight, 1, 1e-9)
    },
  )
  const tower =
    mean &&
    law('E[m(X_t, t)] = E[X_0]', 'law of total expectation', noisy(linearStep), async (t) => {
      const { nodes, weight } = rule(t, linearStep)
      const [density, m] = [await densityAt(nodes, t), await evaluate(B, field, nodes, dimension, t)]
      origin.forEach((_, j) => {
        const average = density.reduce((sum, value, k) => sum + value * (m[k * dimension + j] as number), 0) * weight
        agree(`E[m] at t = ${t}, coordinate ${j}`, average, mean[j] as number, 2e-9 * (1 + support))
      })
    })
  const variance =
    mean &&
    covarianceTrace !== undefined &&
    law(
      'tr Cov(X_0) = E[tr Cov(X_0 | X_t)] + tr Cov(m(X_t, t)), where tr Cov(X_0 | X_t) = (σ²/α) div m',
      "law of total variance with Tweedie's second-order formula; the first term is E|X_0 − m|² of paper B, eq. (35)–(38)",
      noisy(quadraticStep),
      async (t) => {
        const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
        const { nodes, weight } = rule(t, quadraticStep)
        const h = differenceStep(alpha, sigma, support)
        const [density, m] = [await densityAt(nodes, t), await evaluate(B, field, nodes, dimension, t)]
        const shifted = await evaluate(B, field, shiftedRows(nodes, dimension, h), dimension, t)
        let [within, between] = [0, 0]
        density.forEach((value, k) => {
          for (let j = 0; j < dimension; j++) {
            within += value * jacobianEntry(shifted, dimension, h, k, j, j)
            between += value * ((m[k * dimension + j] as number) - (mean[j] as number)) ** 2
          }
        })
        const total = weight * (((sigma * sigma) / alpha) * within + between)
        // The differences of m err by 1e-9 of its size over σ²/(α S), so (σ²/α) div m by 1e-9 S².
        agree(`E|X_0 − m|² + E|m − E[X_0]|² at t = ${t}`, total, covarianceTrace, 1e-7 * (1 + support * support))
      },
    )

  const late = noisy(linearStep)
  const twoTimes = fc
    .tuple(late, late, unitNumbers(dimension), unitNumbers(dimension))
    .filter(([a, b]) => Math.abs(process.logSnr(a) - process.logSnr(b)) > 0.02)
    .map(([a, b, y, z]) => {
      const t = Math.max(a, b)
      return {
        s: Math.min(a, b),
        t,
        x: y.map((value, j) => process.alpha(t) * radius * value + 2 * process.sigma(t) * (z[j] as number)),
      }
    })
  const markov = law(
    'm(x, t) = E[m(X_s, s) | X_t = x] for s < t',
    'paper B, eq. (20): the Markov property; p_t = ∫ p_s(y) N(x; a y, v) dy (Chapman–Kolmogorov)',
    twoTimes,
    async ({ s, t, x }) => {
      const { factor, variance: added } = transition(process, s, t)
      const [alpha, sigma] = [process.alpha(s), process.sigma(s)]
      // Given X_0 = z and X_t = x, X_s is Gaussian with this variance and the mean variance · (α_s z/σ_s² + a x/v).
      const bridge = 1 / (1 / sigma ** 2 + factor ** 2 / added)
      const centre = x.map((value) => (bridge * factor * value) / added)
      const { nodes, weight } = trapezoid(centre, Math.sqrt(bridge), (Math.sqrt(bridge) * alpha * support) / sigma ** 2, linearStep())
      const logDensity = await evaluate(B, field.logDensity, nodes, dimension, s)
      const m = await evaluate(B, field, nodes, dimension, s)
      const exponents = logDensity.map(
        (value, k) => value - x.reduce((sum, c, j) => sum + (c - factor * (nodes[k * dimension + j] as number)) ** 2, 0) / (2 * added),
      )
      const top = exponents.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
      const weights = exponents.map((value) => Math.exp(value - top))
      const total = weights.reduce((sum, value) => sum + value, 0)
      const [later, [density]] = [await evaluate(B, field, x, dimension, t), await evaluate(B, field.logDensity, x, dimension, t)]
      later.forEach((value, j) => {
        const average = weights.reduce((sum, w, k) => sum + w * (m[k * dimension + j] as number), 0) / total
        agree(`coordinate ${j} of m at t = ${t} from s = ${s}`, value, average, 1e-7 * (1 + support))
      })
      const logIntegral = top + Math.log(total * weight) - 0.5 * dimension * Math.log(2 * Math.PI * added)
      agree(`ln p at t = ${t} from s = ${s}`, density as number, logIntegral, 1e-7 * (1 + Math.abs(logIntegral)))
    },
  )
  return [normalised, ...(tower ? [tower] : []), ...(variance ? [variance] : []), markov]
}
