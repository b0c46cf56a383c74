import { fold, key } from '@tweedie/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { B } from '../../testing/test-problems.js'
import { weightedSum } from './weighted-sum.js'

const weights = fc.array(fc.oneof(fc.constantFrom(0, 1), fc.double({ min: -5, max: 5, noNaN: true })), { minLength: 1, maxLength: 9 })

it('is Σ wᵢ yᵢ, of any number of terms and any shape', async () => {
  await fc.assert(
    fc.asyncProperty(weights, fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 40 }), async (w, rows, columns) => {
      const terms = w.map((_, i) => B.normal(fold(key(1), i), [rows, columns]))
      const values = await Promise.all(terms.map((term) => B.read(term)))
      const before = B.liveTensors()
      const sum = weightedSum(B, w, terms)
      expect(B.liveTensors()).toBe(before + 1)
      expect(B.shape(sum)).toEqual([rows, columns])
      for (const [k, value] of (await B.read(sum)).entries()) {
        const exact = w.reduce((total, weight, i) => total + weight * (values[i]?.[k] as number), 0)
        const size = w.reduce((total, weight, i) => total + Math.abs(weight * (values[i]?.[k] as number)), 0)
        // Sums of at most 9 products, in whatever order.
        expect(Math.abs(value - exact)).toBeLessThanOrEqual(20 * 1.2e-16 * size)
      }
    }),
    { numRuns: 60 },
  )
})

it('does not look at terms of weight 0, and lets a NaN through', async () => {
  const [one, nan] = [B.tensor([1], [1, 1]), B.tensor([Number.NaN], [1, 1])]
  expect([...(await B.read(weightedSum(B, [2, 0, 1, 1, 1], [one, nan, one, one, one])))]).toEqual([5])
  expect((await B.read(weightedSum(B, [1, Number.NaN], [one, one])))[0]).toBeNaN()
  expect((await B.read(weightedSum(B, [1, 1, 1, 1], [one, one, nan, one])))[0]).toBeNaN()
})
