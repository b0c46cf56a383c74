import { column, fromRows, type HostMatrix, key } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnSummary } from './column-summary.js'
import { columnScale, standardise } from './standardise.js'
import { subsampleRows } from './subsample.js'
import { mapEntries, moderate, normalSample, reversedRows, sample, tagOf } from './test-samples.js'

const twoRows = { minRows: 2 }

describe('columnSummary', () => {
  it('gives NumPy’s values', () => {
    // x = np.array([3, 1, 4, 1, 5]); x.mean(), x.std(ddof=1), np.quantile(x, [0.05, 0.25, 0.5, 0.75, 0.95])
    const [summary] = columnSummary(fromRows([[3], [1], [4], [1], [5]]))
    expect(summary?.mean).toBeCloseTo(2.8, 14)
    expect(summary?.standardDeviation).toBeCloseTo(1.7888543819998317, 14)
    expect([summary?.minimum, summary?.maximum]).toEqual([1, 5])
    ;[1, 1, 3, 4, 4.8].forEach((value, k) => {
      expect(summary?.quantiles[k]).toBeCloseTo(value, 14)
    })
  })

  it('has increasing quantiles between the minimum and the maximum, which are levels 0 and 1', () => {
    fc.assert(
      fc.property(sample(2, moderate, twoRows), fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (matrix, levels) => {
        const increasing = [0, ...levels.sort((a, b) => a - b), 1]
        for (const { quantiles, minimum, maximum, mean } of columnSummary(matrix, { levels: increasing })) {
          expect([quantiles[0], quantiles.at(-1)]).toEqual([minimum, maximum])
          quantiles.slice(1).forEach((value, k) => {
            expect(value).toBeGreaterThanOrEqual((quantiles[k] as number) - 1e-12)
          })
          expect(mean).toBeGreaterThanOrEqual(minimum - 1e-12)
          expect(mean).toBeLessThanOrEqual(maximum + 1e-12)
        }
      }),
    )
  })

  it('has n − 1 under the variance: Σ (x_i − x_j)² over all pairs is n(n − 1) times it', () => {
    fc.assert(
      fc.property(sample(1, moderate, twoRows), (matrix) => {
        const [summary] = columnSummary(matrix)
        let pairs = 0
        for (const x of matrix.data) for (const y of matrix.data) pairs += (x - y) ** 2
        const variance = pairs / 2 / (matrix.rows * (matrix.rows - 1))
        // Rounding of squares up to 4e4.
        expect(Math.abs((summary?.standardDeviation as number) ** 2 - variance)).toBeLessThan(1e-9)
      }),
    )
  })

  it('has the order statistics at the levels k/(n − 1), and the line between neighbours', () => {
    fc.assert(
      fc.property(
        sample(1, moderate, twoRows),
        fc.nat(),
        fc.nat(100).map((k) => k / 100),
        (matrix, at, fraction) => {
          const sorted = [...matrix.data].sort((a, b) => a - b)
          const k = at % (sorted.length - 1)
          const [low, high] = [sorted[k] as number, sorted[k + 1] as number]
          const [summary] = columnSummary(matrix, { levels: [k, k + fraction, k + 1].map((place) => place / (sorted.length - 1)) })
          ;[low, low + fraction * (high - low), high].forEach((value, which) => {
            // The place among at most 30 values is off by 1e-14, between neighbours up to 200 apart.
            expect(Math.abs((summary?.quantiles[which] as number) - value)).toBeLessThan(1e-11)
          })
        },
      ),
    )
  })

  it('follows an affine change of units and ignores row order', () => {
    fc.assert(
      fc.property(sample(1, moderate, twoRows), fc.integer({ min: 1, max: 9 }), moderate, (matrix, factor, shift) => {
        const [before] = columnSummary(matrix)
        const [after] = columnSummary(reversedRows(mapEntries(matrix, (x) => factor * x + shift)))
        // Rounding of numbers up to 1000.
        expect(Math.abs((after?.mean as number) - (factor * (before?.mean as number) + shift))).toBeLessThan(1e-11)
        expect(Math.abs((after?.standardDeviation as number) - factor * (before?.standardDeviation as number))).toBeLessThan(1e-11)
      }),
    )
  })

  it('keeps its digits far from 0 and at extreme scales', () => {
    const [far] = columnSummary(fromRows([[1e9], [1e9 + 1], [1e9 + 2]]))
    expect(far?.standardDeviation).toBeCloseTo(1, 14)
    const [tiny] = columnSummary(fromRows([[0], [2e-200]]))
    expect((tiny?.standardDeviation as number) / Math.SQRT2 / 1e-200).toBeCloseTo(1, 14)
  })

  it('refuses what it cannot summarise', () => {
    expect(tagOf(() => columnSummary(fromRows([[1]])))).toBe('InvalidArgument')
    expect(tagOf(() => columnSummary(fromRows([[1], [Number.NaN]])))).toBe('NotFinite')
    expect(tagOf(() => columnSummary(fromRows([[1], [2]]), { levels: [1.5] }))).toBe('InvalidArgument')
    expect(tagOf(() => columnSummary({ data: new Float64Array(3), rows: 2, columns: 2 }))).toBe('ShapeMismatch')
  })
})

describe('standardise', () => {
  it('gives mean 0 and standard deviation 1, and only centres a constant column', () => {
    fc.assert(
      fc.property(sample(3, moderate, twoRows), (matrix) => {
        const scale = columnScale(matrix)
        const result = standardise(matrix, scale)
        columnSummary(result).forEach(({ mean, standardDeviation }, j) => {
          const varies = new Set(column(matrix, j)).size > 1
          // Values of up to 100 in steps of 1e-3, whose mean has an error of 1e-14: at most 1e-10 of a deviation.
          expect(Math.abs(mean)).toBeLessThan(1e-9)
          expect(Math.abs(standardDeviation - (varies ? 1 : 0))).toBeLessThan(1e-9)
          if (!varies) expect(scale.scales[j]).toBe(1)
        })
      }),
    )
  })

  it('refuses the scale of another table', () => {
    const matrix = fromRows([
      [1, 2],
      [3, 4],
    ])
    expect(tagOf(() => standardise(matrix, { means: [0], scales: [1] }))).toBe('ShapeMismatch')
    expect(tagOf(() => columnScale(fromRows([[1]])))).toBe('InvalidArgument')
  })
})

describe('subsampleRows', () => {
  it('draws different rows of the matrix, in order, by the key', () => {
    const matrix: HostMatrix = fromRows(Array.from({ length: 100 }, (_, i) => [i, -i]))
    const drawn = subsampleRows(matrix, 30, key(1))
    const first = column(drawn, 0)
    expect(drawn.rows).toBe(30)
    expect(new Set(first).size).toBe(30)
    expect(first).toEqual(first.slice().sort())
    expect(column(drawn, 1)).toEqual(first.map((x) => -x))
    expect(subsampleRows(matrix, 30, key(1))).toEqual(drawn)
    expect(subsampleRows(matrix, 30, key(2))).not.toEqual(drawn)
    expect(subsampleRows(matrix, 100, key(1))).toBe(matrix)
    expect(tagOf(() => subsampleRows(matrix, 0, key(1)))).toBe('InvalidArgument')
  })

  it('draws every row equally often', () => {
    const matrix = fromRows(Array.from({ length: 10 }, (_, i) => [i]))
    const counts = new Float64Array(10)
    for (let seed = 0; seed < 2000; seed++) for (const i of subsampleRows(matrix, 3, key(seed)).data) counts[i] = (counts[i] as number) + 1
    // Binomial(2000, 0.3): 600 with standard deviation 20.5; 5 of them.
    for (const count of counts) expect(Math.abs(count - 600)).toBeLessThan(5 * 20.5)
  })

  it('keeps the distribution of a large sample', () => {
    const [summary] = columnSummary(subsampleRows(normalSample(key(3), 20_000, 1, 5, 2), 5000, key(4)))
    expect(Math.abs((summary?.mean as number) - 5)).toBeLessThan((5 * 2) / Math.sqrt(5000))
  })
})
