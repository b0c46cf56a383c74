import { existsSync, readFileSync } from 'node:fs'
import { key, normalArray } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { energyDistance1d } from './energy-distance-1d.js'
import { moderate, tagOf } from './test-samples.js'
import { wasserstein1d } from './wasserstein-1d.js'

interface PublishedDistance {
  readonly fn: string
  readonly u: number[]
  readonly v: number[]
  readonly uw?: number[]
  readonly vw?: number[]
  readonly value: number
}

const published = new URL('../../../../shared/reference/metrics/wasserstein_energy_published.json', import.meta.url)
const values = fc.array(moderate, { minLength: 1, maxLength: 25 })
const order = fc.constantFrom(1, 1.5, 2, 3)
const weighted = values.chain((x) =>
  fc.array(fc.integer({ min: 1, max: 5 }), { minLength: x.length, maxLength: x.length }).map((weights) => ({ values: x, weights })),
)
const repeated = ({ values: x, weights }: { readonly values: number[]; readonly weights: number[] }): number[] =>
  x.flatMap((value, i) => Array<number>(weights[i] as number).fill(value))

/** Rounding in distances up to 200 with a few hundred terms. */
const rounding = 1e-10

describe('published values', () => {
  if (!existsSync(published)) {
    it.skip('skipped: the folder of published values, ../shared/reference beside the project, is absent', () => undefined)
    return
  }
  const entries = JSON.parse(readFileSync(published, 'utf8')) as PublishedDistance[]
  const inOneDimension = entries.filter(({ fn }) => fn === 'wasserstein_1d' || fn === 'energy_distance')
  it.each(inOneDimension)('$fn of $u and $v is $value', ({ fn, u, v, uw, vw, value }) => {
    const weights = { ...(uw && { uWeights: uw }), ...(vw && { vWeights: vw }) }
    const distance = fn === 'energy_distance' ? energyDistance1d : wasserstein1d
    expect(distance(u, v, weights)).toBeCloseTo(value, 14)
  })
})

describe('wasserstein1d', () => {
  it('gives SciPy’s values', () => {
    // wasserstein_distance([3.4, 3.9, 7.5, 7.8], [4.5, 1.4, 2.25]) and with weights [1.4, 0.9, 3.1, 7.2], [3.2, 3.5, 1]
    const [u, v] = [
      [3.4, 3.9, 7.5, 7.8],
      [4.5, 1.4, 2.25],
    ]
    expect(wasserstein1d(u as number[], v as number[])).toBeCloseTo(2.9333333333333336, 13)
    expect(wasserstein1d(u as number[], v as number[], { uWeights: [1.4, 0.9, 3.1, 7.2], vWeights: [3.2, 3.5, 1] })).toBeCloseTo(
      4.16002886002886,
      13,
    )
  })

  it('is the length of a translation', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: -50, max: 50 }), order, (u, c, p) => {
        const moved = u.map((x) => x + c)
        expect(Math.abs(wasserstein1d(u, moved, { order: p }) - Math.abs(c))).toBeLessThan(rounding)
      }),
    )
  })

  it('is symmetric, blind to order, homogeneous, at least 0, and increases with its order', () => {
    fc.assert(
      fc.property(values, values, order, fc.integer({ min: -9, max: 9 }), (u, v, p, factor) => {
        const distance = wasserstein1d(u, v, { order: p })
        expect(distance).toBeGreaterThanOrEqual(0)
        expect(Math.abs(wasserstein1d(v, u, { order: p }) - distance)).toBeLessThan(rounding)
        expect(wasserstein1d([...u].reverse(), v, { order: p })).toBe(distance)
        const scaled = wasserstein1d(
          u.map((x) => factor * x),
          v.map((x) => factor * x),
          { order: p },
        )
        expect(Math.abs(scaled - Math.abs(factor) * distance)).toBeLessThan(rounding)
        expect(wasserstein1d(u, v, { order: p + 1 })).toBeGreaterThanOrEqual(distance - rounding)
      }),
    )
  })

  it('obeys the triangle inequality', () => {
    fc.assert(
      fc.property(values, values, values, order, (u, v, w, p) => {
        const options = { order: p }
        expect(wasserstein1d(u, w, options)).toBeLessThanOrEqual(wasserstein1d(u, v, options) + wasserstein1d(v, w, options) + rounding)
      }),
    )
  })

  it('is ∫ |F − G| for order 1', () => {
    fc.assert(
      fc.property(values, values, (u, v) => {
        const cuts = [...u, ...v].sort((a, b) => a - b)
        const share = (x: number[], limit: number): number => x.filter((value) => value <= limit).length / x.length
        const area = cuts.slice(1).reduce((sum, next, k) => {
          const from = cuts[k] as number
          return sum + Math.abs(share(u, from) - share(v, from)) * (next - from)
        }, 0)
        expect(Math.abs(wasserstein1d(u, v) - area)).toBeLessThan(rounding)
      }),
    )
  })

  it('takes a whole weight as that many copies, and 0 as absence', () => {
    fc.assert(
      fc.property(weighted, weighted, order, moderate, (u, v, p, extra) => {
        const expected = wasserstein1d(repeated(u), repeated(v), { order: p })
        const options = { uWeights: u.weights, vWeights: v.weights, order: p }
        expect(Math.abs(wasserstein1d(u.values, v.values, options) - expected)).toBeLessThan(rounding)
        const padded = wasserstein1d([...u.values, extra], v.values, { ...options, uWeights: [...u.weights, 0] })
        expect(Math.abs(padded - expected)).toBeLessThan(rounding)
      }),
    )
  })

  it('matches the closed forms of two Gaussians within 5 standard errors', () => {
    const [n, m] = [20_000, 15_000]
    const cases = [
      [1, 1, 3, 2],
      [0, 1, 1, 1],
      [-2, 0.5, 0, 3],
    ] as const
    cases.forEach(([m1, s1, m2, s2], index) => {
      const u = normalArray(key(10 + index), n).map((z) => m1 + s1 * z)
      const v = normalArray(key(20 + index), m).map((z) => m2 + s2 * z)
      const [dm, ds] = [m1 - m2, s1 - s2]
      // W2² = dm² + ds². Its standard error is that of the means of the Kantorovich potentials, 2 s (dm z + ds z²/2) on each side
      // (del Barrio and Loubes 2019); the bias of W2² is below 20 s²/n, of the order of log log n / n.
      const error = 2 * Math.sqrt((s1 ** 2 / n + s2 ** 2 / m) * (dm ** 2 + ds ** 2 / 2)) * 5 + 20 * Math.max(s1, s2) ** 2 * (1 / m)
      expect(Math.abs(wasserstein1d(u, v, { order: 2 }) ** 2 - (dm ** 2 + ds ** 2))).toBeLessThan(error)
    })
    // W1 of N(0, 1) and N(1, 1) is 1; the potentials are 1-Lipschitz, so the standard error is at most √(1/n + 1/m).
    const near = wasserstein1d(
      normalArray(key(31), n),
      normalArray(key(32), m).map((z) => z + 1),
    )
    expect(Math.abs(near - 1)).toBeLessThan(5 * Math.sqrt(1 / n + 1 / m))
    // With equal means W1 is |ds| E|Z| = |ds| √(2/π).
    const wide = wasserstein1d(
      normalArray(key(33), n),
      normalArray(key(34), m).map((z) => 3 * z),
    )
    expect(Math.abs(wide - 2 * Math.sqrt(2 / Math.PI))).toBeLessThan(5 * Math.sqrt(1 / n + 9 / m))
  })

  it('does not overflow', () => {
    expect(wasserstein1d([0], [1e140], { order: 5 }) / 1e140).toBeCloseTo(1, 12)
    expect(wasserstein1d([0], [1e-140], { order: 5 }) / 1e-140).toBeCloseTo(1, 12)
    const weightless = wasserstein1d([-1e140, 0], [1e-140], { uWeights: [0, 1], order: 3 })
    expect(weightless / 1e-140).toBeCloseTo(1, 12)
  })

  it('refuses what it cannot measure', () => {
    expect(tagOf(() => wasserstein1d([], [1]))).toBe('InvalidArgument')
    expect(tagOf(() => wasserstein1d([1], [Number.POSITIVE_INFINITY]))).toBe('NotFinite')
    expect(tagOf(() => wasserstein1d([1], [2], { order: 0.5 }))).toBe('InvalidArgument')
    expect(tagOf(() => wasserstein1d([1], [2], { uWeights: [1, 1] }))).toBe('ShapeMismatch')
    expect(tagOf(() => wasserstein1d([1], [2], { uWeights: [-1] }))).toBe('InvalidArgument')
    expect(tagOf(() => wasserstein1d([1], [2], { vWeights: [0] }))).toBe('InvalidArgument')
    expect(tagOf(() => wasserstein1d([1], [2], { vWeights: [Number.NaN] }))).toBe('NotFinite')
  })
})
