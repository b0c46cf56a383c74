import { hostMatrix, inverseNormal, key, normalArray } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { outputColumns } from '../generator.js'
import { calibrate } from './calibrate.js'
import type { ColumnMap } from './column-map.js'
import { toScores, toValues } from './column-map.js'
import { fitColumns } from './fit-columns.js'

const fitted = (seed: number, rows: number, columns: number) =>
  fitColumns(hostMatrix(normalArray(key(seed), rows * columns), rows, columns), 'normal-scores', key(seed))
/** Quantiles of N(0, 1) as a column. */
const quantiles = (rows: number): Float64Array => Float64Array.from({ length: rows }, (_, i) => inverseNormal((i + 0.5) / rows))

describe('calibrate', () => {
  test('outputs of the wrong mean and scale stand for the scores that they would have had', () => {
    const rows = 20_000
    const { maps } = fitted(1, 300, 2)
    const exact = quantiles(rows)
    const [means, scales] = [
      [0.3, -1],
      [0.8, 0.4],
    ] as const
    const data = Float64Array.from(
      { length: 2 * rows },
      (_, at) => (means[at % 2] as number) + (scales[at % 2] as number) * (exact[at >> 1] as number),
    )
    const outputs = calibrate(maps, hostMatrix(data, rows, 2))
    // Between two of the quantiles, 1/(rows φ(z)) ≤ 0.0034 apart, the line is off by z/8 times the square, 4e-6; beyond the last, at most 1.2 away, four times as much.
    outputs.forEach((knots, j) => {
      knots.forEach((knot, k) => {
        const score = maps[j]?.scores[k] as number
        expect(Math.abs((knot - (means[j] as number)) / (scales[j] as number) - score)).toBeLessThan(5e-5)
      })
    })
    // Through the maps: the values of an output are those of its score.
    const columns = outputColumns({ columns: maps, outputs }) as readonly ColumnMap[]
    const few = [-2, -0.5, 0.01, 1.7]
    const values = toValues(
      columns,
      hostMatrix(
        few.flatMap((z) => [0.3 + 0.8 * z, -1 + 0.4 * z]),
        4,
        2,
      ),
    )
    const scores = toScores(maps, values)
    scores.data.forEach((score, at) => expect(Math.abs(score - (few[at >> 1] as number))).toBeLessThan(1e-4))
  })

  test('moves with its outputs: a + b x for outputs a + b x', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: -5, max: 5, noNaN: true }), fc.double({ min: 0.1, max: 5, noNaN: true }), (seed, a, b) => {
        const { maps } = fitted(seed, 40, 1)
        const x = normalArray(key(seed + 1), 1_000)
        const [before] = calibrate(maps, hostMatrix(x, 1_000, 1))
        const [after] = calibrate(
          maps,
          hostMatrix(
            x.map((one) => a + b * one),
            1_000,
            1,
          ),
        )
        // Rounding of numbers up to about 40, a few times.
        after?.forEach((knot, k) => expect(Math.abs(knot - (a + b * (before?.[k] as number)))).toBeLessThan(1e-12))
      }),
      { numRuns: 30 },
    )
  })

  test('is strictly increasing and as long as the map, whatever coincides', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.constantFrom(0, 0.5, 3, 1e6), (seed, middle, coarse) => {
        const { maps } = fitted(seed, 200, 1)
        // Steps of `coarse`; at 0 all outputs are one number.
        const data = normalArray(key(seed), 1_200).map((z) => middle + Math.round(z) * coarse)
        const [knots] = calibrate(maps, hostMatrix(data, 1_200, 1)) as [Float64Array]
        expect(knots.length).toBe(maps[0]?.scores.length)
        for (let k = 1; k < knots.length; k++) expect(knots[k]).toBeGreaterThan(knots[k - 1] as number)
      }),
      { numRuns: 50 },
    )
  })

  test('of N(0, 1) it is the identity, as near as that many draws say', () => {
    const rows = 20_000
    const { maps } = fitted(2, 400, 1)
    const [knots] = calibrate(maps, hostMatrix(normalArray(key(3), rows), rows, 1)) as [Float64Array]
    maps[0]?.scores.forEach((score, k) => {
      // Beyond the outermost quantile, ±2.58, errors grow with the line.
      if (Math.abs(score) > 2.57) return
      // The largest standard error of a quantile, √(p(1 − p)/n)/φ, is that at p = 0.005: 0.034. Five of them, for 43 quantiles: an error rate of 2e-5.
      expect(Math.abs((knots[k] as number) - score)).toBeLessThan(Math.abs(score) < 1 ? 5 * 0.0107 : 5 * 0.0345)
    })
  })

  test('refuses other columns and too few outputs', () => {
    const { maps } = fitted(1, 20, 2)
    expect(() => calibrate(maps, hostMatrix(new Float64Array(3_000), 1_000, 3))).toThrow(expect.objectContaining({ _tag: 'ShapeMismatch' }))
    expect(() => calibrate(maps, hostMatrix(new Float64Array(1_998), 999, 2))).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
  })
})
