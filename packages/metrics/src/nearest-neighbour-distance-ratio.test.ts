import { fromRows, type HostMatrix, hostMatrix, key } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearestNeighbourDistanceRatio } from './nearest-neighbour-distance-ratio.js'
import { coarse, mapEntries, moderate, normalSample, reversedRows, samples, tagOf } from './test-samples.js'

describe('nearestNeighbourDistanceRatio', () => {
  it('by hand: 1 and 0 against training rows 0 and 3', () => {
    const training = fromRows([[0], [3]])
    const { generated, heldOut } = nearestNeighbourDistanceRatio(fromRows([[1]]), training, fromRows([[0], [1.5]]))
    expect(generated).toEqual({ median: 0.5, fifthPercentile: 0.5 })
    expect(heldOut).toEqual({ median: 0.5, fifthPercentile: 0.05 })
  })

  it('has median 1/3 for rows spread evenly between the points of a grid', () => {
    // A row at u of a step from one grid point has ratio u/(1 − u) for u ≤ ½, so P(ratio ≤ r) = 2 r/(1 + r): median 1/3.
    const training = hostMatrix(
      Float64Array.from({ length: 1002 }, (_, i) => i),
      1002,
      1,
    )
    const rows = hostMatrix(
      Float64Array.from({ length: 4000 }, (_, i) => 1 + (i + 0.5) / 4),
      4000,
      1,
    )
    const spread = mapEntries(rows, (x) => 1 + ((x * 0.6180339887498949) % 1) * 999)
    const { generated } = nearestNeighbourDistanceRatio(spread, training, rows)
    // Multiples of the golden ratio are spread evenly to about 1/4000 each; the density of the ratio there is 1.1.
    expect(generated.median).toBeCloseTo(1 / 3, 2)
    expect(generated.fifthPercentile).toBeCloseTo(0.05 / 1.95, 2)
  })

  it('is the same for fresh rows and near 0 for rows that hug a training row', () => {
    const [training, heldOut, fresh] = [1, 2, 3].map((seed) => normalSample(key(seed), 1500, 3)) as [HostMatrix, HostMatrix, HostMatrix]
    const noise = normalSample(key(4), 1500, 3)
    const hugging = { ...training, data: training.data.map((x, k) => x + 1e-3 * (noise.data[k] as number)) }
    const good = nearestNeighbourDistanceRatio(fresh, training, heldOut)
    // In 3 columns the ratio cubed is about uniform: its median is 2^(−1/3) with error about 0.4/√1500.
    expect(Math.abs(good.generated.median - good.heldOut.median)).toBeLessThan(4 * 0.4 * Math.sqrt(2 / 1500))
    expect(Math.abs(good.heldOut.median - 0.5 ** (1 / 3))).toBeLessThan(0.05)
    expect(nearestNeighbourDistanceRatio(hugging, training, heldOut).generated.median).toBeLessThan(0.02)
  })

  it('lies between 0 and 1, whatever repeats, and is blind to units and order', () => {
    fc.assert(
      fc.property(samples(3, fc.oneof(moderate, coarse), { minRows: 2 }), (tables) => {
        const [g, t, h] = tables as [HostMatrix, HostMatrix, HostMatrix]
        const result = nearestNeighbourDistanceRatio(g, t, h)
        for (const { median, fifthPercentile } of [result.generated, result.heldOut]) {
          expect(fifthPercentile).toBeGreaterThanOrEqual(0)
          expect(fifthPercentile).toBeLessThanOrEqual(median)
          expect(median).toBeLessThanOrEqual(1)
        }
        expect(nearestNeighbourDistanceRatio(reversedRows(g), reversedRows(t), reversedRows(h))).toEqual(result)
        const [g4, t4, h4] = tables.map((table) => mapEntries(table, (x) => 4 * x)) as [HostMatrix, HostMatrix, HostMatrix]
        expect(nearestNeighbourDistanceRatio(g4, t4, h4)).toEqual(result) // a power of 2 rounds nothing
      }),
    )
  })

  it('gives 1 for a row that equals two training rows', () => {
    const twice = fromRows([[1], [1], [5]])
    expect(nearestNeighbourDistanceRatio(fromRows([[1]]), twice, fromRows([[5]]))).toEqual({
      generated: { median: 1, fifthPercentile: 1 },
      heldOut: { median: 0, fifthPercentile: 0 },
    })
  })

  it('refuses what it cannot measure', () => {
    const a = normalSample(key(1), 3, 2)
    expect(tagOf(() => nearestNeighbourDistanceRatio(a, fromRows([[1, 2]]), a))).toBe('InvalidArgument')
    expect(tagOf(() => nearestNeighbourDistanceRatio(fromRows([]), a, a))).toBe('InvalidArgument')
    expect(tagOf(() => nearestNeighbourDistanceRatio(fromRows([[1]]), a, a))).toBe('ShapeMismatch')
    expect(tagOf(() => nearestNeighbourDistanceRatio(a, a, fromRows([[1]])))).toBe('ShapeMismatch')
    expect(
      tagOf(() =>
        nearestNeighbourDistanceRatio(
          a,
          a,
          mapEntries(a, () => Number.NaN),
        ),
      ),
    ).toBe('NotFinite')
  })
})
