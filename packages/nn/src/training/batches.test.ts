import { key } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batches, splitRows } from './batches.js'

const rowCount = fc.integer({ min: 1, max: 40 })

describe('splitRows', () => {
  it('puts every row on one side, and the fraction on that of validation', () => {
    fc.assert(
      fc.property(rowCount, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (rows, fraction, seed) => {
        const { training, validation } = splitRows(key(seed), rows, fraction)
        expect([...training, ...validation].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i))
        expect(validation.length).toBe(fraction === 0 ? 0 : Math.max(1, Math.round(fraction * rows)))
      }),
    )
  })
})

describe('batches', () => {
  /** Distinct rows, a size that they fill at least once, and a key. */
  const cases = fc.tuple(fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 30 }), fc.nat(), fc.nat()).map(([rows, at, seed]) => {
    const size = 1 + (at % rows.length)
    return { rows: Uint32Array.from(rows), size, seed, perEpoch: Math.floor(rows.length / size) }
  })

  it('have their size, and no row twice in an epoch', () => {
    fc.assert(
      fc.property(cases, fc.nat(5), ({ rows, size, seed, perEpoch }, epoch) => {
        const batch = batches(key(seed), rows, size)
        const walked = Array.from({ length: perEpoch }, (_, k) => [...batch(epoch * perEpoch + k + 1)])
        for (const each of walked) expect(each.length).toBe(size)
        expect(new Set(walked.flat()).size).toBe(perEpoch * size)
        for (const row of walked.flat()) expect(rows).toContain(row)
      }),
    )
  })

  it('are a function of key and step, in whatever order they are asked for', () => {
    fc.assert(
      fc.property(cases, fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 10 }), ({ rows, size, seed }, steps) => {
        const one = batches(key(seed), rows, size)
        const walked = steps.map((step) => [...one(step)])
        expect(walked).toEqual(steps.map((step) => [...batches(key(seed), rows, size)(step)]))
      }),
    )
  })
})
