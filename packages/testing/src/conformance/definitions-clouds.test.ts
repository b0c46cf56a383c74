import type { Cloud, NoiseLevel } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callsOf } from './calls.js'
import { cloudDefinitions } from './definitions-clouds.js'
import { formatOf, ulp } from './format.js'
import { HostTensor, row } from './host-tensor.js'

const format = formatOf('float32')
const define = cloudDefinitions(format)

/** Bayes' rule with every logit off by up to ε · size, where ε = 2⁻²³ and `turn` says how much of it. */
const perturbed = (x: readonly number[], cloud: Cloud<HostTensor>, { alpha, sigma }: NoiseLevel, turn: (i: number) => number) => {
  const n = cloud.points.shape[0] as number
  const points = Array.from({ length: n }, (_, i) => row(cloud.points, i))
  const logits = points.map((y, i) => {
    let [square, size] = [0, 0]
    y.forEach((each, j) => {
      const difference = (x[j] as number) - alpha * each
      square += difference * difference
      size += Math.abs(difference) * (Math.abs(alpha * each) + Math.abs(difference))
    })
    const logWeight = cloud.logWeights?.data[i] ?? 0
    const known = Number.isFinite(logWeight) ? Math.abs(logWeight) : 0
    return logWeight - square / (2 * sigma * sigma) + turn(i) * format.epsilon * (size / (sigma * sigma) + known)
  })
  const top = Math.max(...logits)
  const weights = logits.map((l) => Math.exp(l - top))
  const total = weights.reduce((s, w) => s + w, 0)
  const mean = x.map((_, j) => weights.reduce((s, w, i) => s + (w / total) * (points[i]?.[j] as number), 0))
  const trace = mean.reduce((s, c, j) => s + weights.reduce((t, w, i) => t + (w / total) * ((points[i]?.[j] as number) - c) ** 2, 0), 0)
  const size = 1 / weights.reduce((s, w) => s + (w / total) ** 2, 0)
  const logWeights = [...(cloud.logWeights?.data ?? points.map(() => 0))]
  const most = Math.max(...logWeights)
  const logTotal = most + Math.log(logWeights.reduce((s, l) => s + Math.exp(l - most), 0))
  const logDensity = top + Math.log(total) - logTotal - 0.5 * x.length * Math.log(2 * Math.PI * sigma * sigma)
  return { mean, trace, size, logDensity }
}

describe('the scales of the posterior over a cloud', () => {
  test('cover logits that are off by their rounding, and no scale is 0 or infinite', () => {
    const calls = callsOf(format, { tolerances: { default: { ulp: 0 } } }).posteriorMoments
    fc.assert(
      fc.property(calls, fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 70, maxLength: 70 }), ({ operands }, turns) => {
        const [x, cloud, level] = operands as [HostTensor, Cloud<HostTensor>, NoiseLevel]
        const moments = define.posteriorMoments(x, cloud, level)
        const d = x.shape[1] as number
        for (let q = 0; q < (x.shape[0] as number); q++) {
          const query = row(x, q)
          if (!query.every(Number.isFinite) || Number.isNaN(moments.mean.values[q * d])) continue
          const other = perturbed(query, cloud, level, (i) => turns[i] as number)
          const pairs = [
            ...other.mean.map((value, j) => [value, moments.mean, q * d + j] as const),
            [other.trace, moments.covarianceTrace, q] as const,
            [other.size, moments.effectiveSampleSize, q] as const,
            [other.logDensity, moments.logDensity, q] as const,
          ]
          for (const [value, { values, scale }, k] of pairs) {
            expect(scale[k]).toBeLessThan(Number.POSITIVE_INFINITY)
            // ε · scale is at most two units in the last place of the scale.
            expect(Math.abs(value - (values[k] as number))).toBeLessThanOrEqual(2 * ulp(format, scale[k] as number))
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  test('are no larger than the mean where nothing is in doubt', () => {
    // Two points ten noises apart, the query on one of them: the other one's weight is e⁻⁵⁰.
    const { mean } = define.posteriorMoments(
      new HostTensor([1, 1], [1]),
      { points: new HostTensor([2, 1], [1, 2]) },
      { alpha: 1, sigma: 0.1 },
    )
    expect(mean.scale[0]).toBeLessThan(1.001)
  })
})
