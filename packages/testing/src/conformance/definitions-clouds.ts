import type { Cloud, NoiseLevel } from '@tweedie/core'
import { logSumExp, logSumExpScale } from './definitions-reductions.js'
import { compensatedDot, compensatedSum, type Double, negated, over, plus, times, twoProduct } from './exact.js'
import { type Element, type Expected, fromElements } from './expected.js'
import type { Format } from './format.js'
import { type HostTensor, row } from './host-tensor.js'

/**
 * Softmax weights w of logits l (given in twice the digits), and how far rounding can move them.
 *
 * Every scale below is first order in the error of the logits. `size` says what a logit's rounding error is proportional to, and the
 * weight that counts in a scale, `most`, is the largest that a logit wrong by 8 ε · size can have: where the logits are so large that
 * their rounding alone decides between points, a first-order scale at the true weights would not see the point that may win instead.
 * A weight may underflow, and a backend may leave out a point whose weight is below e⁻¹⁰⁰, or below what it declares.
 */
const softmax = ({ epsilon, underflow, leastWeight }: Format, logits: readonly Double[], size: readonly number[]) => {
  const top = logits.reduce((best, logit) => (logit[0] > best[0] ? logit : best))
  const relative = logits.map((logit) => plus(logit, negated(top)))
  const terms = relative.map(([high, low]) => Math.exp(high) * (1 + low))
  const total = compensatedSum(terms)
  const weights = terms.map((term) => term / total)
  const typical = compensatedDot(weights, size)
  // By logarithms: a weight that is 0 in float64 may have a logit that is off by thousands.
  const logTotal = Math.log(total)
  const most = weights.map((weight, i) => {
    const moved = (relative[i]?.[0] as number) - logTotal + 8 * epsilon * ((size[i] as number) + typical)
    return Math.exp(Math.min(0, moved)) + underflow + (leastWeight ?? Math.min(weight, Math.exp(-100))) / epsilon
  })
  /** Σ w f. */
  const mean = (values: readonly number[]): number => compensatedDot(terms, values) / total
  /** Σ most (1 + size) |f|: what Σ w f, f of mean 0, can be off by. */
  const spread = (values: readonly number[]): number =>
    most.reduce((sum, weight, i) => sum + weight * (1 + (size[i] as number)) * Math.abs(values[i] as number), 0)
  return { weights, most, mean, spread, evidence: top[0] + (top[1] + logTotal) }
}

const nowhere: Element = { value: Number.NaN, scale: 0 }
const nothing: Element = { value: 0, scale: 0 }
const column = (points: readonly (readonly number[])[], j: number): number[] => points.map((point) => point[j] as number)
const largest = (values: readonly number[]): number => values.reduce((best, value) => Math.max(best, value), 0)

export const cloudDefinitions = (format: Format) => {
  /** Σ w_i v_i with scale |m| + Σ w_i (1 + |l_i|) |v_i − m|, l_i relative to the largest: its subtraction is what is rounded. 0 for no v. */
  const softmaxExpectation = (logits: HostTensor, values: HostTensor): Expected => {
    const [m, d] = [logits.shape[0] as number, values.shape[1] as number]
    const points = Array.from({ length: values.shape[0] as number }, (_, i) => row(values, i))
    const elements = Array.from({ length: m }, (_, q) => row(logits, q)).flatMap((line) => {
      const top = line.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY)
      if (line.length === 0) return Array.from({ length: d }, () => nothing)
      if (!Number.isFinite(top)) return Array.from({ length: d }, () => nowhere)
      const kept = line.map((_, i) => i).filter((i) => line[i] !== Number.NEGATIVE_INFINITY)
      const own = kept.map((i) => line[i] as number)
      const size = own.map((value) => top - value)
      const { mean, spread } = softmax(
        format,
        own.map((value) => [value, 0]),
        size,
      )
      return Array.from({ length: d }, (_, j): Element => {
        const there = kept.map((i) => points[i]?.[j] as number)
        const value = mean(there)
        return {
          value,
          scale: Math.abs(value) + spread(there.map((each) => each - value)),
          reach: largest([...there.map(Math.abs), ...size.filter(Number.isFinite)]),
        }
      })
    })
    return fromElements([m, d], elements)
  }

  /**
   * The posterior of one query: l_i = ln π_i − |x − αy_i|²/(2σ²). The size of a logit is Σ_j |x_j − αy_ij| (|αy_ij| + |x_j − αy_ij|)/σ²
   * + |ln π_i|. It is absolute, not relative to the largest logit, since the quadratic form is rounded before the largest is known; and
   * αy_i is rounded before it is subtracted. It has no |x|²: an expanded square is not conforming.
   */
  const posterior = (
    x: readonly number[],
    cloud: readonly (readonly number[])[],
    logs: readonly number[] | undefined,
    level: NoiseLevel,
  ) => {
    const { alpha, sigma } = level
    const logWeights = logs ?? cloud.map(() => 0)
    const d = x.length
    const normaliser = 0.5 * d * Math.log(2 * Math.PI * sigma * sigma)
    const logTotal = logs === undefined ? Math.log(cloud.length) : logSumExp(logWeights)
    const undefinedMoments = { mean: x.map(() => nowhere), covarianceTrace: nowhere, effectiveSampleSize: nowhere }
    if (x.some(Number.isNaN) || Number.isNaN(logTotal) || logTotal === Number.NEGATIVE_INFINITY)
      return { ...undefinedMoments, logDensity: nowhere }
    // At infinity the density is 0, and the weights are 0/0.
    if (!x.every(Number.isFinite)) return { ...undefinedMoments, logDensity: { value: Number.NEGATIVE_INFINITY, scale: 0 } }

    const kept = cloud.map((_, i) => i).filter((i) => logWeights[i] !== Number.NEGATIVE_INFINITY)
    const points = kept.map((i) => cloud[i] as readonly number[])
    const quadratics = points.map((y) => {
      const scaled = y.map((each) => twoProduct(alpha, each))
      const differences = scaled.map((each, j) => plus([x[j] as number, 0], negated(each)))
      const squared = differences.map((each) => times(each, each)).reduce(plus, [0, 0])
      const size = differences.reduce((sum, [each], j) => sum + Math.abs(each) * (Math.abs(scaled[j]?.[0] as number) + Math.abs(each)), 0)
      return { squared, size: size / (sigma * sigma) }
    })
    const logits = quadratics.map(({ squared }, k) =>
      plus([logWeights[kept[k] as number] as number, 0], negated(over(squared, times([2 * sigma, 0], [sigma, 0])))),
    )
    const size = quadratics.map((each, k) => each.size + Math.abs(logWeights[kept[k] as number] as number))
    const { weights, most, mean, spread, evidence } = softmax(format, logits, size)
    const reach = largest(quadratics.flatMap((each) => [each.squared[0], each.size]))

    const means = x.map((_, j): Element => {
      const there = column(points, j)
      const value = mean(there)
      return { value, scale: Math.abs(value) + spread(there.map((y) => y - value)), reach: Math.max(reach, ...there.map(Math.abs)) }
    })
    const squares = points.map((y) => y.reduce((sum, each, j) => sum + (each - (means[j]?.value as number)) ** 2, 0))
    const trace = mean(squares)
    // A mean that is off by 8 units adds the square of that to Σ w |y − m|².
    const offCentre = means.reduce((sum, { scale }) => sum + (8 * format.epsilon * scale) ** 2, 0) / format.epsilon
    const concentration = weights.reduce((sum, weight) => sum + weight * weight, 0)
    const shares = most.map((weight, i) => (weight + (weight * weight) / concentration) * (1 + (size[i] as number)))
    return {
      mean: means,
      logDensity: {
        value: evidence - logTotal - normaliser,
        scale:
          Math.max(1, Math.abs(evidence)) +
          logSumExpScale(logWeights) +
          Math.abs(normaliser) +
          most.reduce((sum, weight, i) => sum + weight * (size[i] as number), 0),
        reach,
      },
      covarianceTrace: {
        value: trace,
        scale: trace + spread(squares.map((square) => square + trace)) + offCentre,
        reach: Math.max(reach, ...squares),
      },
      effectiveSampleSize: {
        value: 1 / concentration,
        scale: (1 + 2 * shares.reduce((sum, share) => sum + share, 0)) / concentration,
        reach,
      },
    }
  }

  const rowsOf = (x: HostTensor, { points, logWeights }: Cloud<HostTensor>, level: NoiseLevel) => {
    const cloud = Array.from({ length: points.shape[0] as number }, (_, i) => row(points, i))
    return Array.from({ length: x.shape[0] as number }, (_, q) => posterior(row(x, q), cloud, logWeights?.data, level))
  }

  const posteriorMoments = (x: HostTensor, cloud: Cloud<HostTensor>, level: NoiseLevel) => {
    const rows = rowsOf(x, cloud, level)
    const part = (name: 'logDensity' | 'covarianceTrace' | 'effectiveSampleSize'): Expected =>
      fromElements(
        [rows.length],
        rows.map((each) => each[name]),
      )
    return {
      /** Scale |m| + Σ w_i (1 + size_i) |y_i − m|. */
      mean: fromElements(
        x.shape,
        rows.flatMap((each) => each.mean),
      ),
      /** Scale of the two log-sums and the normaliser, + Σ w_i size_i. */
      logDensity: part('logDensity'),
      /** Scale Σ w_i (1 + size_i)(|y_i − m|² + trace), + the square of the mean's own error. */
      covarianceTrace: part('covarianceTrace'),
      /** Scale 1/Σw² · (1 + 2 Σ (w_i + w_i²/Σw²)(1 + size_i)): the logarithmic derivative by the logits. */
      effectiveSampleSize: part('effectiveSampleSize'),
    }
  }

  return {
    softmaxExpectation,
    posteriorMoments,
    posteriorMean: (x: HostTensor, cloud: Cloud<HostTensor>, level: NoiseLevel): Expected => posteriorMoments(x, cloud, level).mean,
  }
}
