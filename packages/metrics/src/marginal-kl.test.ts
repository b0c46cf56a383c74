import { column, fromRows, type HostMatrix, hostMatrix, key } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { marginalKl } from './marginal-kl.js'
import { mapEntries, normalSample, reversedRows, samples, tagOf } from './test-samples.js'

const columnsOf = (...columns: readonly (readonly number[])[]): HostMatrix =>
  fromRows((columns[0] as readonly number[]).map((_, i) => columns.map((values) => values[i] as number)))
const range = (count: number, f: (i: number) => number): number[] => Array.from({ length: count }, (_, i) => f(i))

// The same numbers in Python:
//
//   import numpy as np
//   from scipy.stats import gaussian_kde
//   def kl(truth, model, factor=0.2, points=1000):
//       grid = np.linspace(truth.min(), truth.max(), points)
//       p = gaussian_kde(truth, bw_method=factor)(grid)
//       q = gaussian_kde(model, bw_method=factor)(grid)
//       return np.sum(p * (grid[1] - grid[0]) * np.log((p + 1e-16) / (q + 1e-16)))
//   i, j = np.arange(300), np.arange(170)
//   truth = [(i * i * 37 % 211) / 50, ((i * 17 % 103) / 103 - 0.5) ** 3 * 40, i % 7, (i % 2) * 100 + (i * 31 % 101) / 101]
//   model = [(j * 53 % 97) / 25 + 0.3, ((j * 29 % 71) / 71 - 0.4) ** 3 * 30, j % 5, (j * 31 % 101) / 101]
//   for t, m in zip(truth, model): print(kl(t, m), kl(m, t), kl(t, m, 0.05, 200))
const truth = columnsOf(
  range(300, (i) => ((i * i * 37) % 211) / 50),
  range(300, (i) => (((i * 17) % 103) / 103 - 0.5) ** 3 * 40),
  range(300, (i) => i % 7),
  range(300, (i) => (i % 2) * 100 + ((i * 31) % 101) / 101),
)
const model = columnsOf(
  range(170, (j) => ((j * 53) % 97) / 25 + 0.3),
  range(170, (j) => (((j * 29) % 71) / 71 - 0.4) ** 3 * 30),
  range(170, (j) => j % 5),
  range(170, (j) => ((j * 31) % 101) / 101),
)
const published = {
  forward: [-0.0010743901751988916, 1.367961280992634, 1.974720469867917, 15.934300890842424],
  backward: [0.0750454786111259, 0.20745233309015298, 0.2901063390728857, 3.6742866230663083],
  narrow: [0.41290332455621553, 3.6091607530028567, 7.813520962167231, 16.627007921064397],
}

/** The formula as printed: a double loop for each density. */
const plain = (truthValues: Float64Array, modelValues: Float64Array) => {
  const deviation = (x: Float64Array): number => {
    const mean = x.reduce((a, b) => a + b, 0) / x.length
    return Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (x.length - 1))
  }
  const low = Math.min(...truthValues)
  const step = (Math.max(...truthValues) - low) / 999
  const density = (x: Float64Array): Float64Array => {
    const h = 0.2 * deviation(x)
    return Float64Array.from({ length: 1000 }, (_, k) => {
      let sum = 0
      for (const value of x) sum += Math.exp(-0.5 * ((low + k * step - value) / h) ** 2)
      return sum / (x.length * h * Math.sqrt(2 * Math.PI))
    })
  }
  const p = density(truthValues)
  const q = density(modelValues)
  const mass = (x: Float64Array): number => x.reduce((sum, value) => sum + (value + 1e-16) * step, 0)
  const value = p.reduce((sum, density, k) => sum + density * step * Math.log((density + 1e-16) / ((q[k] as number) + 1e-16)), 0)
  return { value, truthMass: mass(p), modelMass: mass(q) }
}

describe('marginalKl', () => {
  it.each([
    ['truth against model', marginalKl(truth, model), published.forward],
    ['model against truth', marginalKl(model, truth), published.backward],
    ['another bandwidth and grid', marginalKl(truth, model, { bandwidthFactor: 0.05, gridPoints: 200 }), published.narrow],
  ])('gives SciPy’s values: %s', (_, values, expected) => {
    expect(values.length).toBe(4)
    values.forEach((value, j) => {
      expect(Math.abs(value - (expected[j] as number))).toBeLessThan(1e-10)
    })
  })

  it('is within 1e-10 of the plain sum, and above the log-sum bound P ln(P/Q)', () => {
    const usable = samples(2, undefined, { minRows: 2, maxRows: 60 }).filter(
      ([a, b]) =>
        !!a &&
        !!b &&
        Array.from({ length: a.columns }, (_, j) => [column(a, j), column(b, j)]).every((pair) => pair.every((x) => new Set(x).size > 1)),
    )
    fc.assert(
      fc.property(usable, (pair) => {
        const [a, b] = pair as [HostMatrix, HostMatrix]
        marginalKl(a, b).forEach((value, j) => {
          const { value: expected, truthMass, modelMass } = plain(column(a, j), column(b, j))
          expect(Math.abs(value - expected)).toBeLessThan(1e-10)
          // Mass outside the grid is not counted, so the bound is that of two measures of masses P and Q (log-sum inequality); the
          // 1e-16 in the weights, left out of the sum, times a logarithm of at most 40 on a range of at most 200, is under 1e-12.
          expect(value).toBeGreaterThanOrEqual(truthMass * Math.log(truthMass / modelMass) - 1e-10)
        })
      }),
      { numRuns: 40 },
    )
  })

  it('is 0 for a sample with itself, whatever the order of its rows', () => {
    marginalKl(truth, reversedRows(truth)).forEach((value) => {
      expect(Math.abs(value)).toBeLessThan(1e-13)
    })
    expect(marginalKl(truth, reversedRows(model))).toEqual(marginalKl(truth, model))
  })

  it('does not depend on the units, but for the 1e-16', () => {
    const scaled = marginalKl(
      mapEntries(truth, (x) => 8 * x - 3),
      mapEntries(model, (x) => 8 * x - 3),
    )
    // The offset weighs 8 times as much against densities 8 times as low: it moves a logarithm by at most ln 8 where the model has no
    // density at all (columns 1 to 3), and by less than 1e-8 where it has some all over the grid (column 0).
    scaled.forEach((value, j) => {
      expect(Math.abs(value - (published.forward[j] as number))).toBeLessThan(j === 0 ? 1e-8 : Math.log(8))
    })
  })

  it('is near the closed form of two Gaussians seen through the kernel', () => {
    // Both densities are widened to variance 1.04 σ² by the kernel: KL = ln(s/r) + (r² + m²)/2s² − 1/2 is then that of N(0, 1.04) and
    // N(0.5, 1.04·1.5²). The error is Monte Carlo: the plug-in logarithm ratio has standard deviation below 1 over 20,000 rows, twice,
    // so 5 standard errors are 0.05; the smoothing bias of a KDE with this many rows is below that.
    const a = normalSample(key(1), 20_000, 1)
    const b = normalSample(key(2), 20_000, 1, 0.5, 1.5)
    const [value] = marginalKl(a, b)
    const [r, s, m] = [Math.sqrt(1.04), 1.5 * Math.sqrt(1.04), 0.5]
    expect(Math.abs((value as number) - (Math.log(s / r) + (r * r + m * m) / (2 * s * s) - 0.5))).toBeLessThan(0.05)
  })

  it('is finite and near its ceiling for a constant model', () => {
    const constant = hostMatrix(new Float64Array(50).fill(1.2345), 50, 1)
    const [value] = marginalKl(normalSample(key(3), 500, 1), constant)
    // ln(p/1e-16) lies between ln(1e-3/1e-16) = 29.9 and ln(1/1e-16) = 36.8 where this truth has its mass.
    expect(value).toBeGreaterThan(29.9)
    expect(value).toBeLessThan(36.9)
  })

  it('refuses what it cannot measure', () => {
    const two = fromRows([[0], [1]])
    expect(tagOf(() => marginalKl(two, two))).toBeUndefined()
    expect(tagOf(() => marginalKl(fromRows([[3], [3]]), two))).toBe('InvalidTable')
    expect(tagOf(() => marginalKl(two, fromRows([[0]])))).toBe('InvalidArgument')
    expect(
      tagOf(() =>
        marginalKl(
          two,
          fromRows([
            [0, 1],
            [1, 2],
          ]),
        ),
      ),
    ).toBe('ShapeMismatch')
    expect(tagOf(() => marginalKl(two, fromRows([[0], [Number.NaN]])))).toBe('NotFinite')
    expect(tagOf(() => marginalKl(two, fromRows([[0], [1e200]])))).toBe('NotFinite')
    expect(tagOf(() => marginalKl(two, two, { bandwidthFactor: 0 }))).toBe('InvalidArgument')
    expect(tagOf(() => marginalKl(two, two, { gridPoints: 1 }))).toBe('InvalidArgument')
  })
})
