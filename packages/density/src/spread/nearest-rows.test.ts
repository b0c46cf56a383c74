import { choiceWithoutReplacement, hostMatrix, key, normalArray, uniformArray } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nearestRows } from './nearest-rows.js'

describe('nearestRows', () => {
  test('is that of sorting all distances, ties included', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 25 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(),
        fc.boolean(),
        (rows, columns, seed, onGrid) => {
          const normals = normalArray(key(seed), rows * columns)
          // On a grid many distances are equal: then the distances found are compared, not the rows.
          const data = onGrid ? normals.map(Math.round) : normals
          const count = 1 + (seed % (rows - 1))
          const found = nearestRows(hostMatrix(data, rows, columns), count, key(1))
          const square = (a: number, b: number): number => {
            let sum = 0
            for (let j = 0; j < columns; j++) sum += ((data[a * columns + j] as number) - (data[b * columns + j] as number)) ** 2
            return sum
          }
          for (let i = 0; i < rows; i++) {
            const others = Array.from({ length: rows }, (_, r) => r).filter((r) => r !== i)
            const sorted = others.map((r) => square(i, r)).sort((a, b) => a - b)
            const mine = Array.from(found.subarray(i * count, (i + 1) * count))
            expect(mine.map((r) => square(i, r))).toEqual(sorted.slice(0, count))
            expect(new Set(mine).size).toBe(count)
            expect(mine).not.toContain(i)
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  test('of more rows than it looks among, the nearest of those that the key draws', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 60 }), fc.integer({ min: 3, max: 7 }), fc.nat(), (rows, most, seed) => {
        const data = uniformArray(key(seed), rows)
        const found = nearestRows(hostMatrix(data, rows, 1), 1, key(seed), most)
        const drawn = Array.from(choiceWithoutReplacement(key(seed), rows, most))
        const distance = (i: number, row: number): number => Math.abs((data[i] as number) - (data[row] as number))
        for (let i = 0; i < rows; i++) {
          const others = drawn.filter((row) => row !== i)
          expect(others).toContain(found[i])
          expect(distance(i, found[i] as number)).toBe(Math.min(...others.map((row) => distance(i, row))))
        }
      }),
      { numRuns: 30 },
    )
  })
})
