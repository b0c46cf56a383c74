import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gaussianKde } from './gaussian-kde.js'

/** The plain sum over all pairs. */
const plain = (sorted: Float64Array, bandwidth: number, grid: Float64Array): Float64Array =>
  grid.map(
    (g) =>
      sorted.reduce((sum, x) => sum + Math.exp(-0.5 * ((g - x) / bandwidth) ** 2), 0) /
      (sorted.length * bandwidth * Math.sqrt(2 * Math.PI)),
  )

const values = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 200 })

/** Even over a range, where fast-check's doubles crowd at 0. */
const thousandths = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: 1000 * min, max: 1000 * max }).map((k) => k / 1000)

describe('gaussianKde', () => {
  it('equals the plain sum', () => {
    fc.assert(
      fc.property(values, values, fc.double({ min: -6, max: 3, noNaN: true }), (sample, points, logBandwidth) => {
        const sorted = Float64Array.from(sample).sort()
        const grid = Float64Array.from(points).sort()
        const bandwidth = 10 ** logBandwidth
        const expected = plain(sorted, bandwidth, grid)
        gaussianKde(sorted, bandwidth, grid).forEach((density, k) => {
          // The kernels left out add under 1e-30. The rest is rounding: u = (g − x)/h is off by 2e-15/h for values up to 5 (through the
          // box's centre), which exp(−u²/2) turns into a relative |u|·2e-15/h, where |u| < 12 + log terms wherever the kernel is kept.
          const rounding = 1e-13 + 1e-13 / bandwidth
          expect(Math.abs(density - (expected[k] as number))).toBeLessThanOrEqual(1e-29 + rounding * (expected[k] as number))
        })
      }),
      { numRuns: 300 },
    )
  })

  it('keeps its digits in the tails of a dense sample', () => {
    // 2000 values in two bandwidths, seen from up to ten bandwidths away: many values share a box, and 24 terms of the series are needed.
    const sorted = Float64Array.from({ length: 2000 }, (_, i) => i / 10_000)
    const grid = Float64Array.from({ length: 221 }, (_, k) => (k - 100) / 100)
    const expected = plain(sorted, 0.1, grid)
    gaussianKde(sorted, 0.1, grid).forEach((density, k) => {
      // Rounding: u up to 12 is off by 1e-15, which moves exp(−u²/2) by 12 times that, and 2000 terms are summed.
      expect(Math.abs(density / (expected[k] as number) - 1)).toBeLessThan(1e-12)
    })
  })

  it('equals the plain sum where many values share a box', () => {
    const dense = fc.array(thousandths(0, 0.4), { minLength: 20, maxLength: 200 })
    const places = fc.array(thousandths(-12, 12), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(dense, places, thousandths(-6, 3), (inBandwidths, points, logBandwidth) => {
        const bandwidth = 10 ** logBandwidth
        const sorted = Float64Array.from(inBandwidths, (x) => x * bandwidth).sort()
        const grid = Float64Array.from(points, (x) => x * bandwidth).sort()
        const expected = plain(sorted, bandwidth, grid)
        gaussianKde(sorted, bandwidth, grid).forEach((density, k) => {
          // Rounding: u up to 12 is off by 4e-15, which moves exp(−u²/2) by 12 times that.
          expect(Math.abs(density - (expected[k] as number))).toBeLessThanOrEqual(1e-29 + 1e-12 * (expected[k] as number))
        })
      }),
    )
  })

  it('is the same in any units, to the far tails', () => {
    const inBandwidths = fc.array(thousandths(-8, 8), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(inBandwidths, fc.integer({ min: -300, max: 300 }), (points, exponent) => {
        const unit = 2 ** exponent
        const grid = Float64Array.from(points).sort()
        const [here, there] = [
          gaussianKde(Float64Array.of(0), 1, grid),
          gaussianKde(
            Float64Array.of(0),
            unit,
            grid.map((x) => x * unit),
          ),
        ]
        // Powers of 2 change no digit; the boxes may differ.
        there.forEach((density, k) => expect(Math.abs((density * unit) / (here[k] as number) - 1)).toBeLessThan(1e-12))
      }),
    )
  })

  it('reaches 8.5 bandwidths in any units', () => {
    for (const unit of [1e-20, 1, 1e40])
      for (const u of [0, 5, 8.4]) {
        // Two values, so that a box too wide for its series shows.
        const [density] = gaussianKde(Float64Array.of(0, 20 * unit), unit, Float64Array.of(u * unit))
        expect(((density as number) * unit * 2 * Math.sqrt(2 * Math.PI)) / Math.exp(-0.5 * u * u)).toBeCloseTo(1, 12)
      }
  })

  it('is the kernel itself for one value', () => {
    const grid = Float64Array.of(-1, 0, 0.5, 2)
    gaussianKde(Float64Array.of(0.5), 0.25, grid).forEach((density, k) => {
      const u = ((grid[k] as number) - 0.5) / 0.25
      expect(density).toBeCloseTo(Math.exp(-0.5 * u * u) / (0.25 * Math.sqrt(2 * Math.PI)), 14)
    })
  })

  it('integrates to 1', () => {
    // The trapezium rule on a smooth function that vanishes at both ends converges faster than any power of the step.
    const sorted = Float64Array.from({ length: 50 }, (_, i) => Math.sin(i)).sort()
    const grid = Float64Array.from({ length: 4001 }, (_, k) => -6 + (12 * k) / 4000)
    expect(gaussianKde(sorted, 0.2, grid).reduce((sum, density) => sum + (density * 12) / 4000, 0)).toBeCloseTo(1, 12)
  })
})
