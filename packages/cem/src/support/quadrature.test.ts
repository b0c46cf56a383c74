import { fold, type HostMatrix, hostMatrix, type Key, key, type NoiseLevel, normalArray } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { keys } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { curveIn } from './curve-in.js'
import { gaussLegendre } from './gauss-legendre.js'
import { spiral } from './spiral.js'
import type { Support } from './support.js'
import { surface } from './surface.js'

const B = cpu()

/** A rule written here: points and the logarithms of weights that add up to 1. */
interface Rule {
  readonly points: readonly (readonly number[])[]
  readonly weights: readonly number[]
}

/** Posterior mean, covariance trace and log-density over a rule, on the host. */
const posterior = ({ points, weights }: Rule, x: readonly number[], { alpha, sigma }: NoiseLevel) => {
  const logits = points.map((point, k) => {
    const square = point.reduce((sum, value, j) => sum + ((x[j] as number) - alpha * value) ** 2, 0)
    return Math.log(weights[k] as number) - square / (2 * sigma * sigma)
  })
  const most = logits.reduce((a, b) => Math.max(a, b))
  const shares = logits.map((logit) => Math.exp(logit - most))
  const total = shares.reduce((a, b) => a + b, 0)
  const mean = x.map((_, j) => points.reduce((sum, point, k) => sum + (shares[k] as number) * (point[j] as number), 0) / total)
  const trace =
    points.reduce(
      (sum, point, k) => sum + (shares[k] as number) * point.reduce((s, value, j) => s + (value - (mean[j] as number)) ** 2, 0),
      0,
    ) / total
  return { mean, trace, logDensity: most + Math.log(total) - (x.length / 2) * Math.log(2 * Math.PI * sigma * sigma) }
}

/** Queries α X₀ + σ Z of a support. */
const queries = (support: Support, of: Key, count: number, { alpha, sigma }: NoiseLevel): HostMatrix => {
  const { data, columns } = support.sample(of, count)
  const z = normalArray(fold(of, 1), data.length)
  return hostMatrix(
    data.map((value, e) => alpha * value + sigma * (z[e] as number)),
    count,
    columns,
  )
}

/** In units of σ/α for the mean, its square for the trace: what the law says against what the rule says. */
const expectAgreement = async (support: Support, rule: Rule, x: HostMatrix, level: NoiseLevel, tolerance: number): Promise<void> => {
  const law = support.law(B)
  const points = B.tensor(x.data, [x.rows, x.columns])
  const { mean, covarianceTrace } = (law.moments as NonNullable<typeof law.moments>)(points, level)
  const [m, alone, trace, logDensity] = await Promise.all(
    [mean, law.denoise(points, level), covarianceTrace, law.logDensity(points, level)].map((tensor) => B.read(tensor)),
  )
  const unit = level.sigma / level.alpha
  for (let i = 0; i < x.rows; i++) {
    const exact = posterior(rule, Array.from(x.data.subarray(i * x.columns, (i + 1) * x.columns)), level)
    exact.mean.forEach((value, j) => {
      for (const ours of [m, alone]) expect(Math.abs((ours?.[i * x.columns + j] as number) - value) / unit).toBeLessThan(tolerance)
    })
    expect(Math.abs((trace?.[i] as number) - exact.trace) / unit ** 2).toBeLessThan(tolerance)
    expect(Math.abs((logDensity?.[i] as number) - exact.logDensity)).toBeLessThan(tolerance)
  }
}

const widths = fc.double({ min: Math.log(0.03), max: Math.log(10), noNaN: true }).map(Math.exp)
const alphas = fc.double({ min: 0.3, max: 1, noNaN: true })

describe('the quadratures behind laws', () => {
  // Five-point Gauss rule on 8,000 panels in U (Abramowitz and Stegun 25.4.30), of length ℓ ≤ 0.65 σ/α: its own error at an end is at most
  // ℓ¹¹ (5!)⁴/(11 (10!)³) · 945 = 3e-12.
  const inner = Math.sqrt(10 / 7)
  const nodes = [
    0,
    Math.sqrt(5 - 2 * inner) / 3,
    -Math.sqrt(5 - 2 * inner) / 3,
    Math.sqrt(5 + 2 * inner) / 3,
    -Math.sqrt(5 + 2 * inner) / 3,
  ]
  const near = (322 + 13 * Math.sqrt(70)) / 900
  const weights = [128 / 225, near, near, (644 - 900 * near) / 900 + 0, (644 - 900 * near) / 900 + 0]
  const us = Array.from({ length: 8000 }, (_, p) => nodes.map((node) => 1 + (12 / 8000) * (p + 0.5 + 0.5 * node))).flat()
  const spiralRule: Rule = {
    points: us.map((u) => [u * Math.cos(u), u * Math.sin(u)]),
    weights: us.map((_, k) => (weights[k % 5] as number) / 16_000),
  }

  it('of the spiral is within 1e-9 of one twice as fine in another variable', () =>
    fc.assert(
      fc.asyncProperty(keys(), widths, alphas, (of, width, alpha) => {
        const support = spiral({ nodes: 16_384 })
        const level = { alpha, sigma: alpha * width }
        return expectAgreement(support, spiralRule, queries(support, of, 3, level), level, 1e-9)
      }),
      { numRuns: 5 },
    ))

  it('of the spiral is so at its ends', async () => {
    const support = spiral({ nodes: 16_384 })
    for (const sigma of [0.035, 0.2, 1]) {
      const ends = [1, 13].flatMap((u) =>
        [0, 2, -2].flatMap((shift) => [(u + (shift * sigma) / u) * Math.cos(u), (u - (shift * sigma) / u) * Math.sin(u)]),
      )
      await expectAgreement(support, spiralRule, hostMatrix(ends, 6, 2), { alpha: 1, sigma }, 1e-9)
    }
  })

  it('of the curve is within 1e-9 of one four times as fine and shifted', () =>
    fc.assert(
      fc.asyncProperty(keys(), widths, alphas, fc.constantFrom(2, 7, 16), (of, width, alpha, dimension) => {
        const support = curveIn(dimension, { nodes: 8192 })
        const level = { alpha, sigma: alpha * Math.max(width, 0.03) }
        const harmonics = Math.floor(dimension / 2)
        const basis = (i: number, j: number): number => {
          const angle = (2 * Math.PI * i * j) / dimension
          return (Math.cos(angle) + Math.sin(angle)) / Math.sqrt(dimension)
        }
        const rule: Rule = {
          points: Array.from({ length: 5003 }, (_, n) => {
            const u = (2 * Math.PI * (n + 0.3)) / 5003
            const local = Array.from({ length: 2 * harmonics }, (_, i) => {
              const k = Math.floor(i / 2) + 1
              return (i % 2 === 0 ? Math.cos(k * u) : Math.sin(k * u)) / k
            })
            return Array.from({ length: dimension }, (_, j) => local.reduce((sum, value, i) => sum + value * basis(i, j), 0))
          }),
          weights: Array.from({ length: 5003 }, () => 1 / 5003),
        }
        return expectAgreement(support, rule, queries(support, of, 4, level), level, 1e-9)
      }),
      { numRuns: 4 },
    ))

  it('of the torus is within 1e-9 of one several times as fine and shifted', () =>
    fc.assert(
      fc.asyncProperty(keys(), fc.double({ min: 0.25, max: 4, noNaN: true }), alphas, (of, width, alpha) => {
        const support = surface({ radius: 2, tube: 0.75, nodes: 8192 })
        const level = { alpha, sigma: alpha * width }
        const angles = Array.from({ length: 301 * 97 }, (_, k) => [(Math.floor(k / 97) + 0.4) / 301, ((k % 97) + 0.7) / 97] as const)
        const rule: Rule = {
          points: angles.map(([a, b]) => {
            const fromAxis = 2 + 0.75 * Math.cos(2 * Math.PI * b)
            return [fromAxis * Math.cos(2 * Math.PI * a), fromAxis * Math.sin(2 * Math.PI * a), 0.75 * Math.sin(2 * Math.PI * b)]
          }),
          weights: angles.map(([, b]) => (2 + 0.75 * Math.cos(2 * Math.PI * b)) / (2 * 301 * 97)),
        }
        return expectAgreement(support, rule, queries(support, of, 4, level), level, 1e-9)
      }),
      { numRuns: 4 },
    ))

  it('refuse noise below what their nodes resolve, and name it', () => {
    const x = B.tensor([1, 1], [1, 2])
    const law = spiral({ nodes: 1024 }).law(B)
    expect(() => law.denoise(x, { alpha: 1, sigma: 0.1 })).toThrow(/σ\/α = 0\.1, below 0\.2/)
    expect(() => law.denoise(x, { alpha: 1, sigma: 0.3 })).not.toThrow()
    expect(() => spiral({ nodes: 100 })).toThrow(/at least 1024/)
    expect(() => surface({ tube: 3 })).toThrow(/thinner/)
    expect(() => curveIn(1)).toThrow(/at least 2/)
  })
})

describe('on a backend that makes all pairs', () => {
  it('queries are taken in chunks, with the same bits and nothing leaked', async () => {
    const pairs = { ...B, cloudsInOnePass: false }
    const support = spiral({ nodes: 65_536 })
    const level = { alpha: 1, sigma: 0.005 }
    const data = queries(support, key(3), 70, level)
    const x = B.tensor(data.data, [70, 2])
    const [whole, parts] = [support.law(B), support.law(pairs)]
    const before = B.liveTensors()
    const both = [whole, parts].flatMap((law) => [law.denoise(x, level), law.logDensity(x, level)])
    expect(B.liveTensors()).toBe(before + 4)
    const [a, b, c, d] = await Promise.all(both.map((tensor) => B.read(tensor)))
    expect(c).toEqual(a)
    expect(d).toEqual(b)
  })
})

describe('gaussLegendre', () => {
  // ∫ x^p over [−1, 1] is 0 or 2/(p + 1); exact up to degree 2n − 1 but for rounding.
  it.each([1, 2, 5, 16, 33])('of %i nodes is exact up to its degree', (count) => {
    const { nodes, weights } = gaussLegendre(count)
    for (let power = 0; power < 2 * count; power++) {
      const integral = nodes.reduce((sum, x, k) => sum + (weights[k] as number) * x ** power, 0)
      expect(Math.abs(integral - (power % 2 === 0 ? 2 / (power + 1) : 0))).toBeLessThan(1e-14)
    }
  })
})
