import { fromRows, hostMatrix, inverseNormal, key } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toScores, toValues } from './column-map.js'
import { fitColumns } from './fit-columns.js'

const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })
const table = fc
  .tuple(fc.integer({ min: 2, max: 60 }), fc.integer({ min: 1, max: 4 }))
  .chain(([rows, columns]) => fc.array(fc.array(finite, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }))
  .filter((rows) => (rows[0] ?? []).every((first, j) => rows.some((row) => Math.abs((row[j] as number) - first) > 1e-3)))

describe('standard', () => {
  test('scores have mean 0 and deviation 1, and go back to the values', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const matrix = fromRows(rows)
        const { maps, scores } = fitColumns(matrix, 'standard', key(0))
        for (let j = 0; j < matrix.columns; j++) {
          const column = Array.from({ length: matrix.rows }, (_, i) => scores.data[i * matrix.columns + j] as number)
          const mean = column.reduce((a, b) => a + b, 0) / matrix.rows
          const variance = column.reduce((a, b) => a + (b - mean) ** 2, 0) / matrix.rows
          // Rounding of values up to 1e9 that spread by 1e-3 at the least.
          expect(mean).toBeCloseTo(0, 3)
          expect(variance).toBeCloseTo(1, 3)
        }
        const back = toValues(maps, scores)
        back.data.forEach((value, at) => {
          expect(Math.abs(value - (matrix.data[at] as number))).toBeLessThanOrEqual(1e-14 * 1e9)
        })
      }),
    )
  })
})

describe('normal scores', () => {
  test('the rows they were fitted to come back bit for bit', () => {
    fc.assert(
      fc.property(table, fc.nat(), (rows, seed) => {
        const matrix = fromRows(rows)
        const { maps, scores } = fitColumns(matrix, 'normal-scores', key(seed))
        expect(Array.from(toValues(maps, scores).data, (v) => v + 0)).toEqual(Array.from(matrix.data, (v) => v + 0))
      }),
    )
  })

  test('the scores of a column are the normal quantiles of its ranks, whatever the values', () => {
    const values = [5, -1, 3, 3, 100, 3]
    const { scores } = fitColumns(hostMatrix(values, 6, 1), 'normal-scores', key(1))
    const quantiles = [0, 1, 2, 3, 4, 5].map((rank) => inverseNormal((rank + 0.5) / 6))
    expect(Array.from(scores.data).sort((a, b) => a - b)).toEqual(quantiles)
    expect(scores.data[1]).toBe(quantiles[0])
    expect(scores.data[4]).toBe(quantiles[5])
  })

  test('the scores of every column are the normal quantiles of (rank + ½)/n, which are symmetric about 0', () => {
    fc.assert(
      fc.property(table, fc.nat(), (rows, seed) => {
        const matrix = fromRows(rows)
        const n = matrix.rows
        const { scores } = fitColumns(matrix, 'normal-scores', key(seed))
        for (let j = 0; j < matrix.columns; j++) {
          const order = Array.from({ length: n }, (_, i) => i).sort(
            (a, b) => (scores.data[a * matrix.columns + j] as number) - (scores.data[b * matrix.columns + j] as number),
          )
          order.forEach((i, rank) => {
            const score = scores.data[i * matrix.columns + j] as number
            expect(score).toBe(inverseNormal((rank + 0.5) / n))
            expect(score).toBeCloseTo(-(scores.data[(order[n - 1 - rank] as number) * matrix.columns + j] as number), 12)
            if (rank > 0)
              expect((rows[i] as number[])[j]).toBeGreaterThanOrEqual((rows[order[rank - 1] as number] as number[])[j] as number)
          })
        }
      }),
    )
  })

  /** A column of `counts[k]` rows with the value k, for each k. */
  const atoms = (counts: readonly number[]) => {
    const values = counts.flatMap((count, value) => Array<number>(count).fill(value))
    return hostMatrix(values, values.length, 1)
  }
  const repeats = fc.array(fc.integer({ min: 2, max: 9 }), { minLength: 2, maxLength: 8 })

  test('a repeated value has the score in the middle of its ranks', () => {
    fc.assert(
      fc.property(repeats, fc.nat(), (counts, seed) => {
        const { maps } = fitColumns(atoms(counts), 'normal-scores', key(seed))
        const n = counts.reduce((sum, count) => sum + count, 0)
        const found = toScores(maps, hostMatrix(Array.from(counts.keys()), counts.length, 1)).data
        let first = 0
        counts.forEach((count, value) => {
          const [low, high] = [first, first + count - 1].map((rank) => inverseNormal((rank + 0.5) / n)) as [number, number]
          expect(found[value]).toBeCloseTo((low + high) / 2, 13)
          first += count
        })
      }),
    )
  })

  test('columns of repeated values give these values and no other', () => {
    fc.assert(
      fc.property(
        repeats,
        fc.array(
          fc.integer({ min: -4000, max: 4000 }).map((k) => k / 1000),
          { minLength: 1, maxLength: 40 },
        ),
        (counts, scores) => {
          const { maps } = fitColumns(atoms(counts), 'normal-scores', key(0))
          for (const value of toValues(maps, hostMatrix(scores, scores.length, 1)).data) expect(counts).toHaveProperty([String(value)])
        },
      ),
    )
  })

  test('a value that many of many rows have comes back from all of its scores', () => {
    // More rows than there are knots. Runs of at least 1 + rows/4096 rows have a knot at either end.
    fc.assert(
      fc.property(fc.integer({ min: 5000, max: 9000 }), fc.integer({ min: 4, max: 2000 }), fc.nat(), (n, run, at) => {
        const start = at % (n - run)
        const values = Float64Array.from({ length: n }, (_, i) => (i < start || i >= start + run ? i : start))
        const matrix = hostMatrix(values, n, 1)
        const { maps, scores } = fitColumns(matrix, 'normal-scores', key(at))
        const back = toValues(maps, scores).data
        expect(back.filter((value, i) => values[i] === start && value !== start).length).toBe(0)
      }),
      { numRuns: 10 },
    )
  })

  test('order is kept, and nothing leaves the range of the data', () => {
    fc.assert(
      fc.property(table, fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 2, maxLength: 20 }), (rows, scores) => {
        const matrix = fromRows(rows.map((row) => [row[0] as number]))
        const { maps } = fitColumns(matrix, 'normal-scores', key(0))
        const sorted = [...scores].sort((a, b) => a - b)
        const values = toValues(maps, hostMatrix(sorted, sorted.length, 1)).data
        values.forEach((value, k) => {
          if (k > 0) expect(value).toBeGreaterThanOrEqual(values[k - 1] as number)
          expect(value).toBeGreaterThanOrEqual(Math.min(...matrix.data))
          expect(value).toBeLessThanOrEqual(Math.max(...matrix.data))
        })
      }),
    )
  })

  test('a column of repeated values gives only these values', () => {
    const matrix = hostMatrix(
      Array.from({ length: 300 }, (_, i) => [3, 5, 8][i % 3] as number),
      300,
      1,
    )
    const { maps } = fitColumns(matrix, 'normal-scores', key(0))
    const scores = Array.from({ length: 2001 }, (_, k) => -5 + k / 200)
    expect(new Set(toValues(maps, hostMatrix(scores, 2001, 1)).data)).toEqual(new Set([3, 5, 8]))
  })

  test('many rows keep few knots and lose little', () => {
    const n = 20_000
    const values = Array.from({ length: n }, (_, i) => (i % 10 === 0 ? 7 : Math.exp(inverseNormal((i + 0.5) / n))))
    const matrix = hostMatrix(values, n, 1)
    const { maps, scores } = fitColumns(matrix, 'normal-scores', key(0))
    expect(maps[0]?.values.length).toBeLessThan(4200)
    const back = toValues(maps, scores).data
    const errors = back.map((value, i) => Math.abs(value - (values[i] as number)) / (values[i] as number))
    // One knot in five ranks: off by less than the gap between knots, a tenth at the far ends.
    expect(Math.max(...errors)).toBeLessThan(0.2)
    expect(errors.filter((error) => error > 1e-3).length).toBeLessThan(n / 50)
    expect(back.filter((value, i) => values[i] === 7 && value !== 7).length).toBe(0)
  })

  test('scores of new values lie between those of their neighbours', () => {
    const { maps } = fitColumns(hostMatrix([1, 2, 2, 4], 4, 1), 'normal-scores', key(0))
    const [low, between, repeated, high] = toScores(maps, hostMatrix([0, 1.5, 2, 9], 4, 1)).data as unknown as [
      number,
      number,
      number,
      number,
    ]
    expect(low).toBe(maps[0]?.scores[0])
    expect(high).toBe(maps[0]?.scores[3])
    expect(between).toBeCloseTo(0.5 * ((maps[0]?.scores[0] as number) + (maps[0]?.scores[1] as number)), 12)
    expect(repeated).toBeCloseTo(0.5 * ((maps[0]?.scores[1] as number) + (maps[0]?.scores[2] as number)), 12)
  })
})

describe('refusals', () => {
  test.each(['standard', 'normal-scores'] as const)('%s: constant column, NaN, one row', (scaling) => {
    expect(() =>
      fitColumns(
        fromRows([
          [1, 2],
          [3, 2],
        ]),
        scaling,
        key(0),
      ),
    ).toThrow(/column 2: every value is 2/)
    expect(() =>
      fitColumns(
        fromRows([
          [1, 2],
          [3, Number.NaN],
        ]),
        scaling,
        key(0),
      ),
    ).toThrow(/row 2, column 2: the value NaN/)
    expect(() => fitColumns(fromRows([[1, 2]]), scaling, key(0))).toThrow(/1 rows/)
  })
})

test('many scores at once and one by one give the same bits, beyond the ends and at the knots too', () => {
  fc.assert(
    fc.property(table, fc.constantFrom('standard' as const, 'normal-scores' as const), fc.integer(), (rows, scaling, seed) => {
      const { maps } = fitColumns(fromRows(rows), scaling, key(0))
      const [d, n] = [maps.length, 70]
      const draw = (k: number, j: number): number => {
        const knots = (maps[j] as (typeof maps)[number]).scores
        return k % 3 === 0 ? (knots[k % knots.length] as number) : 8 * Math.sin(seed + 12.9898 * (k * d + j))
      }
      const scores = hostMatrix(
        Array.from({ length: n * d }, (_, at) => draw(Math.floor(at / d), at % d)),
        n,
        d,
      )
      const single = Array.from({ length: n }, (_, i) => [...toValues(maps, hostMatrix(scores.data.slice(i * d, (i + 1) * d), 1, d)).data])
      expect([...toValues(maps, scores).data]).toEqual(single.flat())
    }),
    { numRuns: 30 },
  )
})
