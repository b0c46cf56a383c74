import { existsSync, readFileSync } from 'node:fs'
import { fromRows, hostMatrix, inverseNormal, key } from '@tweedie/core'
import { metricLaws, testLaws } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sinkhornDivergence } from './sinkhorn-divergence.js'
import { mapEntries, normalSample, tagOf } from './test-samples.js'
import { wasserstein1d } from './wasserstein-1d.js'

const tight = { tolerance: 1e-9, iterations: 5000 }

/** The normal quantiles at (i + ½)/n: a sample without noise. */
const quantiles = (count: number, mean: number, deviation: number) =>
  hostMatrix(
    Float64Array.from({ length: count }, (_, i) => mean + deviation * inverseNormal((i + 0.5) / count)),
    count,
    1,
  )

/** S_ε of N(0, a) and N(m, b) on the line (Janati, Muzellec, Peyré and Cuturi 2020, theorem 1), ε = 2 s. */
const ofNormals = (m: number, a: number, b: number, epsilon: number): number => {
  const s = epsilon / 2
  const root = (u: number, v: number): number => Math.sqrt(4 * u * v + s * s)
  const part = (u: number, v: number): number => -root(u, v) + s * Math.log(root(u, v) + s)
  return m * m + part(a, b) - (part(a, a) + part(b, b)) / 2
}

const published = new URL('../../../../shared/reference/metrics/wasserstein_energy_published.json', import.meta.url)

describe('sinkhornDivergence', () => {
  it.skipIf(!existsSync(published))('is the square of a published W in 3 columns (needs ../shared/reference/metrics)', () => {
    const cases = JSON.parse(readFileSync(published, 'utf8')) as readonly { fn: string; u: number[][]; v: number[][]; value: number }[]
    const several = cases.filter(({ fn }) => fn === 'wasserstein_nd')
    expect(several.length).toBeGreaterThan(0)
    // The second sample is the first moved by (3, 0, 0), so W₁ = W₂ = 3, and S_ε = 9 at every ε.
    for (const { u, v, value } of several)
      expect(sinkhornDivergence(fromRows(u), fromRows(v), { epsilon: 0.5, ...tight }).value).toBeCloseTo(value ** 2, 7)
  })

  testLaws(
    it,
    metricLaws((a, b) => sinkhornDivergence(a, b, { epsilon: 2, tolerance: 1e-7, iterations: 3000 }).value, {
      name: 'S',
      columns: 2,
      translation: true,
      rotation: true,
      points: (x, y) => x.reduce((sum, value, j) => sum + (value - (y[j] as number)) ** 2, 0),
      // Marginals to 1e-7 leave a value to ε times that; large data has large potentials.
      tolerance: 1e-5,
    }),
    { seed: 1, runs: 12 },
  )

  it('is ½ + ½ ε ln ½(1 + e^(−1/ε)) for {0} and {0, 1}', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), (k) => {
        const epsilon = k / 100
        const { value, converged } = sinkhornDivergence(fromRows([[0]]), fromRows([[0], [1]]), { epsilon, ...tight })
        expect(converged).toBe(true)
        expect(value).toBeCloseTo(0.5 + 0.5 * epsilon * Math.log((1 + Math.exp(-1 / epsilon)) / 2), 9)
      }),
    )
  })

  it('is |c|² for a sample and the same moved by c, at every ε', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(0.1, 1, 30), fc.integer({ min: -20, max: 20 }), (seed, epsilon, tenth) => {
        const a = normalSample(key(seed), 25, 2)
        const c = tenth / 10
        const { value, marginalError } = sinkhornDivergence(
          a,
          mapEntries(a, (x) => x + c),
          { epsilon, ...tight, tolerance: 1e-6 },
        )
        // The dual is flat at its optimum; ε times the marginal error is a generous bound, plus rounding.
        expect(Math.abs(value - 2 * c * c)).toBeLessThan(4 * epsilon * marginalError + 1e-9)
      }),
      { numRuns: 15 },
    )
  })

  it.each([0.2, 1, 5])('is the closed form of two normals at ε = %f', (epsilon) => {
    const { value } = sinkhornDivergence(quantiles(200, 0, 1), quantiles(150, 0.5, 1.6), { epsilon, tolerance: 1e-6 })
    // The tails beyond the last quantile hold about 1 % of the variances 1 and 2.56.
    expect(Math.abs(value - ofNormals(0.5, 1, 2.56, epsilon))).toBeLessThan(0.025)
  })

  it('tends to W₂² as ε falls, and to the distance of the means as it grows', () => {
    const [a, b] = [normalSample(key(1), 40, 1), normalSample(key(2), 40, 1, 1, 2)]
    const squared = wasserstein1d(a.data, b.data, { order: 2 }) ** 2
    // The bias of OT_ε is at most ε ln 40.
    const small = sinkhornDivergence(a, b, { epsilon: 0.002, tolerance: 1e-3, iterations: 3000 })
    expect(Math.abs(small.value - squared)).toBeLessThan(0.002 * Math.log(40) + 0.002 * small.marginalError * 40)
    const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(sinkhornDivergence(a, b, { epsilon: 1e6 }).value).toBeCloseTo((mean(a.data) - mean(b.data)) ** 2, 4)
  })

  it('says whether it converged, and how far it is off', () => {
    const [a, b] = [normalSample(key(1), 60, 2), normalSample(key(2), 60, 2, 1)]
    const hurried = sinkhornDivergence(a, b, { epsilon: 0.01, tolerance: 1e-12, iterations: 3 })
    expect(hurried.converged).toBe(false)
    expect(hurried.marginalError).toBeGreaterThan(1e-12)
    const patient = sinkhornDivergence(a, b)
    expect(patient).toMatchObject({ converged: true, epsilon: 1 })
    expect(patient.marginalError).toBeLessThanOrEqual(1e-4)
    const exact = sinkhornDivergence(a, b, { tolerance: 1e-10, iterations: 5000 })
    expect(Math.abs(patient.value - exact.value)).toBeLessThan(1e-4)
  })

  it('cuts large samples by key', () => {
    const [a, b] = [normalSample(key(1), 200, 2), normalSample(key(2), 300, 2)]
    const options = { key: key(3), maxRows: 50 }
    expect(sinkhornDivergence(a, b, options)).toEqual(sinkhornDivergence(a, b, options))
    expect(sinkhornDivergence(a, b, options).value).not.toBe(sinkhornDivergence(a, b, { ...options, key: key(4) }).value)
  })

  it('refuses what it cannot solve', () => {
    const a = normalSample(key(1), 4, 2)
    expect(tagOf(() => sinkhornDivergence(a, normalSample(key(1), 4, 3)))).toBe('ShapeMismatch')
    expect(tagOf(() => sinkhornDivergence(a, fromRows([])))).toBe('InvalidArgument')
    expect(
      tagOf(() =>
        sinkhornDivergence(
          a,
          mapEntries(a, () => Number.NaN),
        ),
      ),
    ).toBe('NotFinite')
    for (const options of [{ epsilon: 0 }, { tolerance: 0 }, { iterations: 0 }, { maxRows: 3 }, { maxRows: 0, key: key(0) }])
      expect(tagOf(() => sinkhornDivergence(a, a, options))).toBe('InvalidArgument')
  })
})
