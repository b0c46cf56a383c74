import { choiceWithReplacement, fold, fromRows, type HostMatrix, hostMatrix, type Key, normalArray } from '@tweedie/core'
import { checkLaws, fieldLaws, mixtures, smoothedCloudLaws } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { mixture } from './index.js'
import { B, processes } from './test-support.js'

/** s² I. */
const isotropic = (dimension: number, s: number): HostMatrix =>
  hostMatrix(
    Array.from({ length: dimension ** 2 }, (_, k) => (k % (dimension + 1) === 0 ? s * s : 0)),
    dimension,
    dimension,
  )

/** Those that drown data far out: σ/α goes above 50. */
const noisy = processes.filter(({ logSnr, timeRange: [, end] }) => logSnr(end) < -8)

describe('mixture keeps the laws', () => {
  it('of any weights and covariances', async () => {
    const laws = fc.integer({ min: 1, max: 2 }).chain((dimension) => mixtures(dimension, { components: 3 }))
    await fc.assert(
      fc.asyncProperty(laws, fc.constantFrom(...noisy), async (parts, process) => {
        const dimension = parts[0]?.mean.length as number
        const total = parts.reduce((sum, { weight }) => sum + weight, 0)
        const mean = Array.from({ length: dimension }, (_, j) =>
          parts.reduce((sum, part) => sum + (part.weight / total) * (part.mean[j] as number), 0),
        )
        const widest = Math.max(...parts.map(({ covariance: { data } }) => Math.sqrt(Math.max(...data))))
        const covarianceTrace = parts.reduce(
          (sum, { weight, covariance: { data }, mean: centre }) =>
            sum +
            (weight / total) *
              centre.reduce((part, value, j) => part + (data[j * (dimension + 1)] as number) + (value - (mean[j] as number)) ** 2, 0),
          0,
        )
        const known = { support: 2 + 6.5 * widest, mean, covarianceTrace }
        await checkLaws(fieldLaws(mixture(B, parts)(process), process, { dimension, radius: 4, ...known }), { runs: 1 })
      }),
      { numRuns: 8 },
    )
  })

  it('in three dimensions, by Monte Carlo', async () => {
    const centres = [
      [1, 0, -1],
      [-1, 0.5, 0],
    ]
    const parts = centres.map((mean) => ({ mean, covariance: isotropic(3, 0.3) }))
    const sample = (count: number, key: Key): HostMatrix => {
      const [which, z] = [choiceWithReplacement(fold(key, 1), 2, count), normalArray(fold(key, 2), 3 * count)]
      return fromRows(Array.from(which, (k, i) => (centres[k] as number[]).map((value, j) => value + 0.3 * (z[3 * i + j] as number))))
    }
    for (const process of processes)
      await checkLaws(fieldLaws(mixture(B, parts)(process), process, { dimension: 3, sample }), { runs: 1, seed: 3 })
  })

  it('of smoothed points: Theorem 3.7 of paper B', async () => {
    for (const process of processes)
      for (const dimension of [1, 2])
        await checkLaws(
          smoothedCloudLaws(
            ({ data, rows }, s) =>
              mixture(
                B,
                Array.from({ length: rows }, (_, i) => ({
                  mean: data.slice(i * dimension, (i + 1) * dimension),
                  covariance: isotropic(dimension, s),
                })),
              ),
            process,
            { dimension, points: 5 },
          ),
          { runs: 4 },
        )
  })
})
