import { fold, fromRows, type HostMatrix, hostMatrix, type Key, normalArray, ornsteinUhlenbeck } from '@tweedie/core'
import { checkLaws, denoiserLaws, fieldLaws, gaussians, testLaws } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { as, field, gaussian } from './index.js'
import { B, processes } from './test-support.js'

const trace = ({ data, rows }: HostMatrix): number => data.reduce((sum, value, k) => sum + (k % (rows + 1) === 0 ? value : 0), 0)

/** Draws of mean + A z for a covariance A Aᵀ. */
const sampler =
  (mean: readonly number[], factor: HostMatrix) =>
  (count: number, key: Key): HostMatrix => {
    const z = normalArray(fold(key, 7), count * factor.columns)
    const rows = Array.from({ length: count }, (_, i) =>
      mean.map((mu, j) => {
        let value = mu
        for (let k = 0; k < factor.columns; k++)
          value += (factor.data[j * factor.columns + k] as number) * (z[i * factor.columns + k] as number)
        return value
      }),
    )
    return fromRows(rows)
  }

/** Those that drown data far out: σ/α goes above 50. */
const noisy = processes.filter(({ logSnr, timeRange: [, end] }) => logSnr(end) < -8)

describe('gaussian keeps the laws', () => {
  for (const [k, process] of processes.entries())
    it(`in the plane, singular, under ${process.name} (${k})`, async () => {
      const plane = gaussian(B, {
        mean: [0.5, -0.3],
        covariance: fromRows([
          [0.64, 0.32],
          [0.32, 0.16],
        ]),
      })(process)
      // 6.5 standard deviations of 0.8, and the mean.
      const known = { support: 5.7, mean: [0.5, -0.3], covarianceTrace: 0.8 }
      await checkLaws(fieldLaws(plane, process, { dimension: 2, ...known }), { runs: 2 })
    })

  testLaws(
    it,
    fieldLaws(gaussian(B, { mean: [0.5], covariance: fromRows([[0.81]]) })(ornsteinUhlenbeck()), ornsteinUhlenbeck(), {
      dimension: 1,
      support: 6.5,
      mean: [0.5],
      covarianceTrace: 0.81,
      sample: sampler([0.5], fromRows([[0.9]])),
    }),
    { runs: 20, seed: 3 },
  )

  it('with any mean and covariance, of any rank', async () => {
    const laws = fc.integer({ min: 1, max: 2 }).chain((dimension) => gaussians(dimension))
    await fc.assert(
      fc.asyncProperty(laws, fc.constantFrom(...noisy), async (law, process) => {
        const dimension = law.mean.length
        const support = 2 + 6.5 * Math.sqrt(trace(law.covariance))
        const known = { support, mean: law.mean, covarianceTrace: trace(law.covariance) }
        await checkLaws(fieldLaws(gaussian(B, law)(process), process, { dimension, radius: 4, ...known }), { runs: 2 })
      }),
      { numRuns: 12 },
    )
  })

  it('in three dimensions, by Monte Carlo', async () => {
    const factor = hostMatrix([1, 0, 0.5, 0.2, -0.4, 0.3], 3, 2)
    const row = (i: number): number[] => [factor.data[2 * i] as number, factor.data[2 * i + 1] as number]
    const covariance = fromRows(
      [0, 1, 2].map((i) =>
        [0, 1, 2].map((j) => (row(i)[0] as number) * (row(j)[0] as number) + (row(i)[1] as number) * (row(j)[1] as number)),
      ),
    )
    const mean = [0.5, -1, 0]
    for (const process of processes)
      await checkLaws(fieldLaws(gaussian(B, { mean, covariance })(process), process, { dimension: 3, sample: sampler(mean, factor) }), {
        runs: 1,
        seed: 3,
      })
  })

  it('as a denoiser without a density, seen as every kind', async () => {
    for (const process of processes) {
      const source = gaussian(B, {
        mean: [0.5, -0.3],
        covariance: fromRows([
          [0.5, 0.1],
          [0.1, 0.4],
        ]),
      })(process)
      for (const denoise of [source, field(B, 'denoiser', (x, t) => source(x, t))])
        await checkLaws(
          denoiserLaws(denoise, process, {
            dimension: 2,
            posteriorMean: true,
            as: (kind, under, from) => as(kind, under)(from),
            // The least eigenvalue is 0.34 and x within 2 of 0: |C⁻¹ (x − μ)| ≤ 3.4/0.34.
            scoreBound: 12,
          }),
          { runs: 3 },
        )
    }
  })
})
