import { fromRows, type HostMatrix, hostMatrix, key, normalArray, sliceRows } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { localSpread, neighboursFor } from './local-spread.js'
import { nearestRows } from './nearest-rows.js'

const rowOf = ({ data, columns }: HostMatrix, i: number): number[] => Array.from(data.subarray(i * columns, (i + 1) * columns))
const normalTable = (seed: number, rows: number, columns: number): HostMatrix =>
  hostMatrix(normalArray(key(seed), rows * columns), rows, columns)

describe('localSpread', () => {
  test('spread 0 gives the rows, in turns: each as often as any other, but for one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 40 }), fc.nat(), (rows, count, seed) => {
        const table = normalTable(seed, rows, 2)
        const drawn = localSpread(table, { count, spread: 0, key: key(seed) })
        const own = Array.from({ length: rows }, (_, i) => rowOf(table, i).join())
        const centres = Array.from({ length: count }, (_, r) => own.indexOf(rowOf(drawn, r).join()))
        expect(Math.min(...centres)).toBeGreaterThanOrEqual(0)
        for (let from = 0; from < count; from += rows) {
          const turn = centres.slice(from, from + rows)
          expect(new Set(turn).size).toBe(turn.length)
        }
      }),
    )
  })

  test('of data on a plane no draw leaves the plane', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 2, noNaN: true }), (seed, spread) => {
        const flat = normalTable(seed, 20, 2)
        const table = fromRows(
          Array.from({ length: 20 }, (_, i) => rowOf(flat, i) as [number, number]).map(([x, y]) => [x, y, 2 * x - y + 1]),
        )
        const drawn = localSpread(table, { count: 50, spread, key: key(seed) })
        for (let r = 0; r < 50; r++) {
          const [x, y, z] = rowOf(drawn, r) as [number, number, number]
          // Rounding alone: 10 terms in each of 3 columns, of numbers below 100, is 30 · 100 · 2⁻⁵² < 1e-12 a factor of a few.
          expect(Math.abs(2 * x - y + 1 - z)).toBeLessThan(1e-11)
        }
      }),
      { numRuns: 30 },
    )
  })

  test('of two rows every draw lies on the line through them', () => {
    const drawn = localSpread(
      fromRows([
        [0, 0],
        [1, 3],
      ]),
      { count: 200, spread: 0.5, key: key(1) },
    )
    for (let r = 0; r < 200; r++) expect(drawn.data[2 * r + 1]).toBeCloseTo(3 * (drawn.data[2 * r] as number), 12)
    expect(new Set(drawn.data).size).toBe(400)
  })

  test('around a row the draws have its mean and s² times the mean square of the steps to its neighbours', () => {
    const [rows, each, spread, neighbours] = [6, 4_000, 0.7, 3]
    const table = normalTable(3, rows, 2)
    const options = { count: rows * each, neighbours, key: key(4) }
    const drawn = localSpread(table, { ...options, spread })
    // The same key with spread 0 says which row is the centre of a draw.
    const centres = localSpread(table, { ...options, spread: 0 })
    const nearest = nearestRows(table, neighbours, key(0))
    for (let i = 0; i < rows; i++) {
      const own = rowOf(table, i) as [number, number]
      const steps = Array.from(nearest.subarray(i * neighbours, (i + 1) * neighbours), (n) =>
        rowOf(table, n).map((x, j) => x - (own[j] as number)),
      ) as [number, number][]
      const wanted = (j: number, k: number): number =>
        (spread ** 2 * steps.reduce((sum, step) => sum + (step[j] as number) * (step[k] as number), 0)) / neighbours
      const around: [number, number][] = []
      for (let r = 0; r < drawn.rows; r++)
        if (centres.data[2 * r] === own[0])
          around.push([(drawn.data[2 * r] as number) - own[0], (drawn.data[2 * r + 1] as number) - own[1]])
      expect(around).toHaveLength(each)
      const mean = (of: (step: [number, number]) => number): number => around.reduce((sum, step) => sum + of(step), 0) / each
      // Five standard errors, of a Gaussian's mean and of its second moments (Isserlis): 30 statistics, an error rate of 2e-5 for the test.
      for (const j of [0, 1] as const) expect(Math.abs(mean((step) => step[j]))).toBeLessThan(5 * Math.sqrt(wanted(j, j) / each))
      for (const [j, k] of [
        [0, 0],
        [0, 1],
        [1, 1],
      ] as const) {
        const error = Math.sqrt((wanted(j, j) * wanted(k, k) + wanted(j, k) ** 2) / each)
        expect(Math.abs(mean((step) => step[j] * step[k]) - wanted(j, k))).toBeLessThan(5 * error)
      }
    }
  })

  test('draw r does not depend on how many are asked for', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (seed, few, more) => {
        const table = normalTable(seed, 7, 3)
        const of = (count: number): HostMatrix => localSpread(table, { count, spread: 0.3, key: key(seed) })
        expect(of(few).data).toEqual(sliceRows(of(few + more), 0, few).data)
      }),
      { numRuns: 40 },
    )
  })

  test('another key gives other draws, and the number of neighbours follows the columns', () => {
    const table = normalTable(1, 30, 2)
    const of = (seed: number) => localSpread(table, { count: 30, spread: 0.5, key: key(seed) }).data
    expect(of(1)).not.toEqual(of(2))
    expect(localSpread(table, { count: 30, spread: 0.5, neighbours: 10, key: key(1) }).data).toEqual(of(1))
    expect([neighboursFor(1), neighboursFor(5), neighboursFor(43)]).toEqual([10, 10, 86])
  })

  test.each([
    { count: 0 },
    { count: 1.5 },
    { spread: -1 },
    { spread: Number.NaN },
    { spread: Number.POSITIVE_INFINITY },
    { neighbours: 0 },
  ])('refuses %o', (wrong) => {
    const options = { count: 3, spread: 0.5, key: key(1), ...wrong }
    expect(() => localSpread(normalTable(1, 5, 2), options)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
  })

  test('refuses a single row', () => {
    const one = { count: 3, spread: 0.5, key: key(1) }
    expect(() => localSpread(fromRows([[1, 2]]), one)).toThrow(expect.objectContaining({ _tag: 'InvalidTable' }))
  })
})
