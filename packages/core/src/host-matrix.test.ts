import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { column, fromRows, hostMatrix, sliceRows, takeRows } from './host-matrix.js'

const rectangles = fc
  .tuple(fc.nat(5), fc.integer({ min: 1, max: 5 }))
  .chain(([rows, columns]) =>
    fc.array(fc.array(fc.double(), { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
  )

const toRows = ({ data, rows, columns }: ReturnType<typeof hostMatrix>): number[][] =>
  Array.from({ length: rows }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)])

describe('HostMatrix', () => {
  test('rows go in and come out', () => {
    fc.assert(
      fc.property(rectangles, (rows) => {
        const matrix = fromRows(rows)
        expect(toRows(matrix)).toEqual(rows)
        expect(hostMatrix(rows.flat(), matrix.rows, matrix.columns)).toEqual(matrix)
        for (let j = 0; j < matrix.columns; j++) expect([...column(matrix, j)]).toEqual(rows.map((row) => row[j]))
      }),
    )
  })

  test('rows are taken by number (a copy) and sliced by range (a view)', () => {
    fc.assert(
      fc.property(rectangles, fc.array(fc.nat(4), { maxLength: 8 }), fc.nat(5), fc.nat(5), (rows, wanted, a, b) => {
        const matrix = fromRows(rows)
        const indices = wanted.filter((i) => i < rows.length)
        expect(toRows(takeRows(matrix, indices))).toEqual(indices.map((i) => rows[i]))
        const [from, to] = [Math.min(a, b, rows.length), Math.min(Math.max(a, b), rows.length)]
        expect(toRows(sliceRows(matrix, from, to))).toEqual(rows.slice(from, to))
      }),
    )
    const matrix = hostMatrix(Float64Array.of(1, 2, 3, 4), 2, 2)
    expect(takeRows(matrix, [0]).data.buffer).not.toBe(matrix.data.buffer)
    expect(sliceRows(matrix, 1, 2).data.buffer).toBe(matrix.data.buffer)
    expect(hostMatrix(matrix.data, 2, 2).data).toBe(matrix.data)
  })

  test('what does not fit is refused', () => {
    const matrix = hostMatrix([1, 2, 3, 4, 5, 6], 3, 2)
    const mismatch = expect.objectContaining({ _tag: 'ShapeMismatch' })
    expect(() => hostMatrix([1, 2, 3], 2, 2)).toThrow(mismatch)
    expect(() => hostMatrix([1, 2, 3, 4, 5, 6], -2, -3)).toThrow(mismatch)
    expect(() => hostMatrix([], Number.NaN, 0)).toThrow(mismatch)
    expect(() => fromRows([[1, 2], [3]])).toThrow(expect.objectContaining({ _tag: 'ShapeMismatch', where: 'fromRows, row 1' }))
    for (const i of [3, -1, 0.5, Number.NaN])
      expect(() => takeRows(matrix, [i])).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where: 'takeRows' }))
    for (const j of [2, -1, 0.5, Number.NaN])
      expect(() => column(matrix, j)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where: 'column' }))
    for (const [from, to] of [
      [0, 4],
      [-1, 2],
      [2, 1],
      [0.5, 2],
      [0, Number.NaN],
    ] as const)
      expect(() => sliceRows(matrix, from, to)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where: 'sliceRows' }))
  })
})
