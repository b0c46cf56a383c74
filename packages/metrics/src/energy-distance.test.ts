import { column, fold, fromRows, type HostMatrix, key } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { energyDistance } from './energy-distance.js'
import { energyDistance1d } from './energy-distance-1d.js'
import { subsampleRows } from './subsample.js'
import { mapEntries, moderate, normalSample, reversedRows, sample, samples, tagOf } from './test-samples.js'

/** Rounding in means of distances up to 400. */
const rounding = 1e-10

describe('energyDistance', () => {
  it('is symmetric, blind to row order, homogeneous, at least 0, and 0 with itself', () => {
    fc.assert(
      fc.property(samples(2), fc.integer({ min: -9, max: 9 }), (pair, factor) => {
        const [a, b] = pair as [HostMatrix, HostMatrix]
        const distance = energyDistance(a, b)
        expect(distance).toBeGreaterThanOrEqual(0)
        expect(Math.abs(energyDistance(b, a) - distance)).toBeLessThan(rounding)
        expect(Math.abs(energyDistance(reversedRows(a), b) - distance)).toBeLessThan(rounding)
        expect(energyDistance(a, reversedRows(a))).toBeLessThan(rounding)
        const scaled = energyDistance(
          mapEntries(a, (x) => factor * x),
          mapEntries(b, (x) => factor * x),
        )
        expect(Math.abs(scaled - Math.abs(factor) * distance)).toBeLessThan(9 * rounding)
      }),
    )
  })

  it('is 2|x − y| for two points', () => {
    expect(energyDistance(fromRows([[1, 2, 3]]), fromRows([[4, 6, 3]]))).toBeCloseTo(10, 13)
  })

  it('does not change when the plane is turned', () => {
    fc.assert(
      fc.property(sample(2), sample(2), fc.double({ min: 0, max: 7, noNaN: true }), (a, b, angle) => {
        const turn = (matrix: HostMatrix): HostMatrix =>
          fromRows(
            Array.from({ length: matrix.rows }, (_, i) => {
              const [x, y] = [matrix.data[2 * i] as number, matrix.data[2 * i + 1] as number]
              return [Math.cos(angle) * x - Math.sin(angle) * y, Math.sin(angle) * x + Math.cos(angle) * y]
            }),
          )
        expect(Math.abs(energyDistance(turn(a), turn(b)) - energyDistance(a, b))).toBeLessThan(rounding)
      }),
    )
  })

  it('is the square of energyDistance1d in one column', () => {
    fc.assert(
      fc.property(sample(1), sample(1), (a, b) => {
        expect(Math.abs(energyDistance1d(column(a, 0), column(b, 0)) ** 2 - energyDistance(a, b))).toBeLessThan(rounding)
      }),
    )
  })

  it('matches the closed form of two Gaussians within 5 standard errors', () => {
    // In one column, E|N(m, s²)| = s √(2/π) e^(−m²/2s²) + m (1 − 2Φ(−m/s)). For m = 1, s = √5: Φ(−1/√5) = 0.32736042300928869.
    const [n, m, s] = [4000, 1, Math.sqrt(5)]
    const cross = s * Math.sqrt(2 / Math.PI) * Math.exp(-(m * m) / (2 * s * s)) + m * (1 - 2 * 0.32736042300928869)
    const [selfA, selfB] = [2 / Math.sqrt(Math.PI), (2 * 2) / Math.sqrt(Math.PI)]
    const value = energyDistance(normalSample(key(1), n, 1), normalSample(key(2), n, 1, 1, 2))
    const bias = (selfA + selfB) / n // the pairs i = j
    // The influence of a row, 2 E|x − Y| − 2 E|x − X′|, is 4-Lipschitz, so its deviation is at most 4 s (Poincaré).
    const standardError = 4 * Math.sqrt((1 + 4) / n)
    expect(Math.abs(value - (2 * cross - selfA - selfB) - bias)).toBeLessThan(5 * standardError)
    // In 3 columns two samples of one distribution leave the pairs i = j: 2 E|X − X′|/n, and E|X − X′| = √2 · √(8/π) = 4/√π.
    const same = energyDistance(normalSample(key(3), n, 3), normalSample(key(4), n, 3))
    // Under equality n D² is a weighted sum of χ² with that mean; its deviation is below the mean.
    expect(same).toBeLessThan(((2 * 4) / Math.sqrt(Math.PI) / n) * (1 + 5))
    expect(same).toBeGreaterThan(0)
  })

  it('draws the rows of the two samples apart: two copies of one sample are at a distance', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 5, max: 20 }), (seed, maxRows) => {
        const a = normalSample(key(1), 200, 2)
        // That both draws take the same rows has probability below 200⁻⁵.
        expect(energyDistance(a, a, { maxRows, key: key(seed) })).toBeGreaterThan(0)
      }),
      { numRuns: 30 },
    )
  })

  it('keeps maxRows rows of each, drawn by the key', () => {
    const [a, b] = [normalSample(key(1), 300, 2), normalSample(key(2), 200, 2, 1)]
    const draw = key(3)
    const cut = energyDistance(a, b, { maxRows: 50, key: draw })
    expect(cut).toBe(energyDistance(subsampleRows(a, 50, fold(draw, 0)), subsampleRows(b, 50, fold(draw, 1))))
    expect(cut).not.toBe(energyDistance(a, b, { maxRows: 50, key: key(4) }))
    expect(energyDistance(a, b, { maxRows: 300, key: draw })).toBe(energyDistance(a, b))
  })

  it('refuses what it cannot measure', () => {
    const a = fromRows([[0, 1]])
    expect(tagOf(() => energyDistance(a, fromRows([[0]])))).toBe('ShapeMismatch')
    expect(tagOf(() => energyDistance(fromRows([]), a))).toBe('InvalidArgument')
    expect(tagOf(() => energyDistance(a, fromRows([[0, Number.NEGATIVE_INFINITY]])))).toBe('NotFinite')
    expect(tagOf(() => energyDistance(a, a, { maxRows: 5 }))).toBe('InvalidArgument')
    expect(tagOf(() => energyDistance(a, a, { maxRows: 0.5, key: key(1) }))).toBe('InvalidArgument')
  })
})

describe('energyDistance1d', () => {
  const values = fc.array(moderate, { minLength: 1, maxLength: 25 })

  it('gives SciPy’s values', () => {
    // energy_distance([3.4, 3.9, 7.5, 7.8], [4.5, 1.4, 2.25]) and with weights [1.4, 0.9, 3.1, 7.2], [3.2, 3.5, 1]
    const u = [3.4, 3.9, 7.5, 7.8]
    const v = [4.5, 1.4, 2.25]
    expect(energyDistance1d(u, v)).toBeCloseTo(1.7191729277636836, 13)
    expect(energyDistance1d(u, v, { uWeights: [1.4, 0.9, 3.1, 7.2], vWeights: [3.2, 3.5, 1] })).toBeCloseTo(2.399994603487815, 13)
  })

  it('takes a whole weight as that many copies', () => {
    fc.assert(
      fc.property(values, values, fc.integer({ min: 1, max: 4 }), (u, v, weight) => {
        const weights = u.map((_, i) => 1 + ((i * weight) % 3))
        const copies = u.flatMap((x, i) => Array<number>(weights[i] as number).fill(x))
        expect(Math.abs(energyDistance1d(u, v, { uWeights: weights }) - energyDistance1d(copies, v))).toBeLessThan(rounding)
        // Scaling the weights of one side changes neither distribution; thirds are not exact, so the distance is rounding, √(1e-30 · 200).
        expect(energyDistance1d(u, u, { uWeights: weights, vWeights: weights.map((w) => w / 3) })).toBeLessThan(1e-12)
      }),
    )
  })

  it('is 0 with itself', () => {
    fc.assert(
      fc.property(values, (u) => {
        expect(energyDistance1d(u, [...u].reverse())).toBe(0)
      }),
    )
  })

  it('refuses what it cannot measure', () => {
    expect(tagOf(() => energyDistance1d([], [1]))).toBe('InvalidArgument')
    expect(tagOf(() => energyDistance1d([Number.NaN], [1]))).toBe('NotFinite')
    expect(tagOf(() => energyDistance1d([1], [1], { vWeights: [] }))).toBe('ShapeMismatch')
  })
})
