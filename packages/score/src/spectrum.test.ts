import { fromRows } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spectrum } from './spectrum.js'
import { gram } from './test-support.js'

describe('spectrum', () => {
  it('gives the covariance back, and a rank that rounding does not blur', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }).chain((d) => fc.tuple(fc.constant(d), fc.integer({ min: 0, max: d }))),
        // Multiples of 1/64, so that no product underflows and the Gram matrix has the rank it should.
        fc.infiniteStream(fc.integer({ min: -128, max: 128 }).map((k) => k / 64)),
        ([d, rank], draws) => {
          const factor = Array.from({ length: d }, () => Array.from({ length: rank }, () => draws.next().value as number))
          const covariance = gram(factor)
          const { variances, directions } = spectrum('test', covariance, d)
          expect(variances.filter((v) => v > 0).length).toBeLessThanOrEqual(rank)
          const u = (i: number, k: number): number => (directions === undefined ? (i === k ? 1 : 0) : (directions[i * d + k] as number))
          for (let i = 0; i < d; i++)
            for (let j = 0; j < d; j++) {
              const entry = variances.reduce((sum, v, k) => sum + u(i, k) * v * u(j, k), 0)
              expect(Math.abs(entry - (covariance.data[i * d + j] as number))).toBeLessThan(1e-13)
            }
        },
      ),
      { numRuns: 100 },
    )
  })

  it('takes a diagonal as it stands, however small, and clips what rounding made negative', () => {
    expect(
      Array.from(
        spectrum(
          'test',
          fromRows([
            [1, 0],
            [0, 1e-40],
          ]),
          2,
        ).variances,
      ),
    ).toEqual([1, 1e-40])
    expect(
      Array.from(
        spectrum(
          'test',
          fromRows([
            [1, 0],
            [0, -1e-14],
          ]),
          2,
        ).variances,
      ),
    ).toEqual([1, 0])
  })
})
