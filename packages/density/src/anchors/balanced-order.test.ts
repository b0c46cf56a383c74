import { hostMatrix, key, normalArray, permutation } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { balancedOrder } from './balanced-order.js'

/** Which occurrence of its owner each label is, in this order. */
const turnsIn = (order: Uint32Array, owners: readonly number[]): number[] => {
  const seen = new Map<number, number>()
  return Array.from(order, (label) => {
    const owner = owners[label] as number
    const turn = seen.get(owner) ?? 0
    seen.set(owner, turn + 1)
    return turn
  })
}

describe('balancedOrder', () => {
  test('has no row again before every row that has labels left came as often, and leaves out what is beyond its share', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 3 }),
        fc.nat(),
        (rows, count, d, seed) => {
          const [table, labels] = [normalArray(key(seed), rows * d), normalArray(key(seed + 1), count * d)]
          const order = balancedOrder(hostMatrix(labels, count, d), hostMatrix(table, rows, d))
          const owners = Array.from({ length: count }, (_, i) => {
            const squares = Array.from({ length: rows }, (_, r) =>
              Array.from({ length: d }, (_, j) => ((labels[i * d + j] as number) - (table[r * d + j] as number)) ** 2).reduce(
                (a, b) => a + b,
              ),
            )
            return squares.indexOf(Math.min(...squares))
          })
          const share = Math.ceil(count / rows)
          const kept = owners.flatMap((owner, i) => (owners.slice(0, i).filter((one) => one === owner).length < share ? [i] : []))
          expect(Array.from(order).sort((a, b) => a - b)).toEqual(kept)
          const turns = turnsIn(order, owners)
          expect(turns).toEqual([...turns].sort((a, b) => a - b))
        },
      ),
    )
  })

  test('where all rows have as many labels, each turn has every row once, and n labels in succession are of n rows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 6 }), fc.nat(), (rows, each, seed) => {
        // Rows at whole numbers, labels within a tenth of theirs, in any order.
        const table = Float64Array.from({ length: rows }, (_, i) => i)
        const owners = Array.from(permutation(key(seed), rows * each), (i) => i % rows)
        const jitter = normalArray(key(seed + 1), rows * each)
        const labels = Float64Array.from(owners, (owner, i) => owner + 0.1 * Math.tanh(jitter[i] as number))
        const order = balancedOrder(hostMatrix(labels, rows * each, 1), hostMatrix(table, rows, 1))
        const inOrder = Array.from(order, (label) => owners[label] as number)
        expect(inOrder).toHaveLength(rows * each)
        for (let from = 0; from + rows <= inOrder.length; from++) expect(new Set(inOrder.slice(from, from + rows)).size).toBe(rows)
      }),
      { numRuns: 40 },
    )
  })
})
