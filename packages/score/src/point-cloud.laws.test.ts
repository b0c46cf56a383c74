import {
  choiceWithReplacement,
  deriveKernels,
  fromRows,
  type Key,
  key,
  makeBackend,
  ornsteinUhlenbeck,
  takeRows,
  untyped,
} from '@tweedie/core'
import { checkLaws, cloudLaws, denoiserLaws, fieldLaws, testLaws } from '@tweedie/testing'
import { describe, it } from 'vitest'
import { as, miniBatch, pointCloud } from './index.js'
import { B, processes } from './test-support.js'

const make = (points: Parameters<typeof pointCloud>[1], logWeights?: readonly number[]) =>
  pointCloud(B, points, logWeights === undefined ? {} : { logWeights })

describe('pointCloud keeps the laws of clouds', () => {
  const process = ornsteinUhlenbeck()
  for (const dimension of [1, 2, 3])
    describe(`in ${dimension} ${dimension === 1 ? 'dimension' : 'dimensions'}`, () => {
      testLaws(it, cloudLaws(make, process, { dimension }), { runs: 40 })
    })

  for (const [k, under] of processes.entries())
    it(`under ${under.name} (${k})`, () => checkLaws(cloudLaws(make, under, { dimension: 2 }), { runs: 5 }))

  it('by kernels written in the primitive operations', async () => {
    const derived = makeBackend(untyped(B), deriveKernels(untyped(B)))
    const slow = (points: Parameters<typeof pointCloud>[1], logWeights?: readonly number[]) =>
      pointCloud(derived, points, logWeights === undefined ? {} : { logWeights })
    await checkLaws(cloudLaws(slow, process, { dimension: 2 }), { runs: 5 })
  })
})

describe('pointCloud keeps the laws of fields', () => {
  const cloud = fromRows([
    [1, 0.5],
    [-1, 0.2],
    [-1, 0.2],
    [0.3, -1.2],
  ])
  const mean = [-0.175, -0.075]
  // E|Y|² − |E Y|².
  const covarianceTrace = (1.25 + 2 * 1.04 + 1.53) / 4 - (mean[0] as number) ** 2 - (mean[1] as number) ** 2
  const sample = (count: number, of: Key) => takeRows(cloud, choiceWithReplacement(of, 4, count))

  for (const [k, process] of processes.entries())
    it(`under ${process.name} (${k})`, () =>
      checkLaws(fieldLaws(make(cloud)(process), process, { dimension: 2, support: 1.2, mean, covarianceTrace, sample }), {
        runs: 2,
        seed: 3,
      }))

  for (const [k, process] of processes.entries())
    it(`and those of denoisers under ${process.name} (${k})`, () =>
      checkLaws(
        denoiserLaws(make(cloud)(process), process, {
          dimension: 2,
          radius: 1.2,
          posteriorMean: true,
          bounds: { low: [-1, -1.2], high: [1, 0.5] },
          mean,
          as: (kind, under, from) => as(kind, under)(from),
        }),
        { runs: 5 },
      ))
})

describe('miniBatch of every row is the point cloud', () => {
  const all = (points: Parameters<typeof pointCloud>[1]) => miniBatch(B, points, { size: points.rows, key: key(3), replacement: false })
  testLaws(it, cloudLaws(all, ornsteinUhlenbeck(), { dimension: 2, weights: false }), { runs: 30 })

  it('and a batch keeps the laws of fields', async () => {
    const points = fromRows([[1], [-0.4], [0.3], [-2], [0.5]])
    for (const process of processes)
      await checkLaws(fieldLaws(miniBatch(B, points, { size: 3, key: key(4) })(process), process, { dimension: 1, support: 2 }), {
        runs: 5,
      })
  })
})
