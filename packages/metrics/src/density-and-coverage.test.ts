import { fold, fromRows, type HostMatrix, hostMatrix, key } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { densityAndCoverage, precisionAndRecall } from './density-and-coverage.js'
import { coarse, mapEntries, moderate, normalSample, reversedRows, samples, tagOf } from './test-samples.js'

const rowsOf = ({ data, rows, columns }: HostMatrix): number[][] =>
  Array.from({ length: rows }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)])
const distance = (x: readonly number[], y: readonly number[]): number =>
  Math.sqrt(x.reduce((sum, value, j) => sum + (value - (y[j] as number)) ** 2, 0))

/** The definitions, as written. */
const asWritten = (real: HostMatrix, generated: HostMatrix, k: number) => {
  const [x, y] = [rowsOf(real), rowsOf(generated)]
  const radii = (rows: number[][]) =>
    rows.map(
      (row, i) =>
        rows
          .filter((_, other) => other !== i)
          .map((other) => distance(row, other))
          .sort((a, b) => a - b)[k - 1] as number,
    )
  const [ofX, ofY] = [radii(x), radii(y)]
  const share = (rows: number[][], holds: (row: number[], i: number) => boolean): number => rows.filter(holds).length / rows.length
  return {
    density: y.reduce((sum, row) => sum + x.filter((centre, i) => distance(centre, row) <= (ofX[i] as number)).length, 0) / (k * y.length),
    coverage: share(x, (centre, i) => y.some((row) => distance(centre, row) <= (ofX[i] as number))),
    precision: share(y, (row) => x.some((centre, i) => distance(centre, row) <= (ofX[i] as number))),
    recall: share(x, (row) => y.some((centre, i) => distance(centre, row) <= (ofY[i] as number))),
  }
}

describe('densityAndCoverage and precisionAndRecall', () => {
  it('are their definitions', () => {
    fc.assert(
      fc.property(
        samples(2, fc.oneof(moderate, coarse), { minRows: 4, maxRows: 25 }),
        fc.integer({ min: 1, max: 3 }),
        (both, neighbours) => {
          const [real, generated] = both as [HostMatrix, HostMatrix]
          const expected = asWritten(real, generated, neighbours)
          const found = { ...densityAndCoverage(real, generated, { neighbours }), ...precisionAndRecall(real, generated, { neighbours }) }
          expect(found.density).toBeCloseTo(expected.density, 14)
          expect(found).toMatchObject({ coverage: expected.coverage, precision: expected.precision, recall: expected.recall })
          const turned = precisionAndRecall(generated, real, { neighbours })
          expect(turned).toEqual({ precision: found.recall, recall: found.precision })
          expect(densityAndCoverage(reversedRows(real), reversedRows(generated), { neighbours }).coverage).toBe(found.coverage)
          const scaled = densityAndCoverage(
            mapEntries(real, (x) => 4 * x),
            mapEntries(generated, (x) => 4 * x),
            { neighbours },
          )
          expect(scaled.coverage).toBe(found.coverage) // a power of 2 rounds nothing
        },
      ),
      { numRuns: 60 },
    )
  })

  it('by hand: real 0, 1, 2 and generated 0.5, 10 with one neighbour', () => {
    const [real, generated] = [fromRows([[0], [1], [2]]), fromRows([[0.5], [10]])]
    expect(densityAndCoverage(real, generated, { neighbours: 1 })).toMatchObject({ density: 1, coverage: 2 / 3 })
    expect(precisionAndRecall(real, generated, { neighbours: 1 })).toEqual({ precision: 0.5, recall: 1 })
  })

  it('are on average what theory says for two samples of one law', () => {
    const repeated = Array.from({ length: 60 }, (_, r) => {
      const draw = fold(key(5), r)
      return densityAndCoverage(normalSample(fold(draw, 0), 60, 3), normalSample(fold(draw, 1), 90, 3), { neighbours: 2 })
    })
    const moments = (of: (one: (typeof repeated)[number]) => number): [number, number] => {
      const mean = repeated.reduce((sum, one) => sum + of(one), 0) / 60
      return [mean, Math.sqrt(repeated.reduce((sum, one) => sum + (of(one) - mean) ** 2, 0) / 59 / 60)]
    }
    const [density, densityError] = moments((one) => one.density)
    const [coverage, coverageError] = moments((one) => one.coverage)
    expect(Math.abs(density - 1)).toBeLessThan(4 * densityError)
    // 1 − 59·58/(149·148)
    expect(repeated[0]?.expectedCoverage).toBeCloseTo(1 - (59 * 58) / (149 * 148), 14)
    expect(Math.abs(coverage - (1 - (59 * 58) / (149 * 148)))).toBeLessThan(4 * coverageError)
  })

  it('tell a dropped mode from a bad sample', () => {
    const far = (matrix: HostMatrix, shift: number): HostMatrix => mapEntries(matrix, (x) => x + shift)
    const two = (seed: number, rows: number): HostMatrix => {
      const z = normalSample(key(seed), rows, 2)
      return hostMatrix(
        z.data.map((x, k) => x + (Math.floor(k / 2) % 2 === 0 ? 0 : 50)),
        rows,
        2,
      )
    }
    const real = two(1, 400)
    const dropped = { ...densityAndCoverage(real, normalSample(key(2), 400, 2)), ...precisionAndRecall(real, normalSample(key(2), 400, 2)) }
    expect(dropped.coverage).toBeLessThan(0.51)
    expect(dropped.recall).toBeLessThan(0.51)
    expect(dropped.precision).toBeGreaterThan(0.95)
    expect(dropped.density).toBeGreaterThan(0.85)
    const bad = { ...densityAndCoverage(real, far(two(3, 400), 25)), ...precisionAndRecall(real, far(two(3, 400), 25)) }
    expect(bad.precision).toBeLessThan(0.51)
    expect(bad.density).toBeLessThan(0.6)
  })

  it('refuse what they cannot measure', () => {
    const a = normalSample(key(1), 6, 2)
    for (const measure of [densityAndCoverage, precisionAndRecall]) {
      expect(tagOf(() => measure(a, normalSample(key(1), 6, 3)))).toBe('ShapeMismatch')
      expect(tagOf(() => measure(normalSample(key(1), 5, 2), a))).toBe('InvalidArgument')
      expect(tagOf(() => measure(a, a, { neighbours: 0 }))).toBe('InvalidArgument')
      expect(
        tagOf(() =>
          measure(
            a,
            mapEntries(a, () => Number.NaN),
          ),
        ),
      ).toBe('NotFinite')
    }
  })
})
