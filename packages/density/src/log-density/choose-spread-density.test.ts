import { hostMatrix, key, normalArray, sliceRows, takeRows, vanishingLinear } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { pointCloud } from '@tweedie/score'
import { describe, expect, test } from 'vitest'
import { chooseSpreadDensity } from './choose-spread-density.js'
import { cloudDensity } from './cloud-density.js'
import { likelihoodFloor } from './likelihood-floor.js'
import { spreadDensity } from './spread-density.js'

const B = cpu()
const mean = (list: Float64Array): number => list.reduce((sum, value) => sum + value, 0) / list.length
const cloudAt = (cloud: ReturnType<typeof hostMatrix>, floor: number) => {
  const process = vanishingLinear({ floor })
  return cloudDensity(B, pointCloud(B, cloud)(process), { process })
}

/** Rows near a line in the plane, of unit variance. */
const z = normalArray(key(7), 700)
const near = hostMatrix(
  Array.from({ length: 350 }, (_, i) => [z[2 * i] as number, 0.99995 * (z[2 * i] as number) + 0.01 * (z[2 * i + 1] as number)]).flat(),
  350,
  2,
)
const [training, fresh] = [sliceRows(near, 0, 200), sliceRows(near, 200, 350)]

describe('chooseSpreadDensity', () => {
  test('gives the spread density of the settings that it tells, likelier on fresh rows than kernels of one width', async () => {
    const progress: number[] = []
    const { density, settings, heldOut } = await chooseSpreadDensity(training, {
      key: key(1),
      onProgress: ({ done }) => progress.push(done),
    })
    expect(progress).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    const { logDensity } = await density(fresh)
    // The same kernels; with no more than 10,000 rows the key does not matter.
    expect(logDensity).toEqual((await spreadDensity(training, { ...settings, key: key(9) })(fresh)).logDensity)
    const isotropic = await cloudAt(training, likelihoodFloor(training, { key: key(2) }))(fresh)
    const gain = logDensity.map((value, i) => value - (isotropic.logDensity[i] as number))
    const error = Math.sqrt(mean(gain.map((value) => (value - mean(gain)) ** 2)) / gain.length)
    expect(mean(gain)).toBeGreaterThan(5 * error)
    // What 40 held-out rows say of 150 fresh ones: ln p varies by √(d/2) = 1 about its mean, five standard errors of the difference, and what 40 rows more in the cloud are worth.
    expect(Math.abs((heldOut as number) - mean(logDensity))).toBeLessThan(5 * Math.sqrt(1 / 40 + 1 / 150) + 0.2)
  })

  test('does without a choice for a few rows, and stops when told to', async () => {
    const { settings, heldOut, density } = await chooseSpreadDensity(sliceRows(near, 0, 5), { key: key(1) })
    expect(settings).toEqual({ neighbours: 4, ridge: 0.1, spread: 0.7 })
    expect(heldOut).toBeUndefined()
    expect((await density(fresh)).logDensity.every(Number.isFinite)).toBe(true)
    await expect(chooseSpreadDensity(training, { key: key(1), signal: AbortSignal.abort() })).rejects.toMatchObject({ _tag: 'Aborted' })
  })
})

describe('likelihoodFloor', () => {
  test('is the likeliest of the half powers of 2, by clouds without the row', async () => {
    const cloud = sliceRows(near, 0, 14)
    const likelihoods: number[] = []
    const floors = Array.from({ length: 25 }, (_, k) => 2 ** (k / 2 - 13))
    for (const floor of floors) {
      let sum = 0
      for (let i = 0; i < cloud.rows; i++) {
        const others = takeRows(
          cloud,
          Array.from({ length: cloud.rows }, (_, j) => j).filter((j) => j !== i),
        )
        sum += (await cloudAt(others, floor)(sliceRows(cloud, i, i + 1))).logDensity[0] as number
      }
      likelihoods.push(sum)
    }
    expect(likelihoodFloor(cloud, { key: key(0) })).toBe(floors[likelihoods.indexOf(Math.max(...likelihoods))])
  })

  test('of rows on a ring falls as they grow in number; of a Gaussian it is the largest, for kernels that keep the variance tend to it', () => {
    const normal = (rows: number) => hostMatrix(normalArray(key(3), 2 * rows), rows, 2)
    const ring = (rows: number) => {
      const { data } = normal(rows)
      const lengths = data.map((_, at) => Math.hypot(data[at - (at % 2)] as number, data[at - (at % 2) + 1] as number))
      return hostMatrix(
        data.map((value, at) => (Math.SQRT2 * value) / (lengths[at] as number)),
        rows,
        2,
      )
    }
    const [few, many] = [likelihoodFloor(ring(30), { key: key(0) }), likelihoodFloor(ring(300), { key: key(0) })]
    expect(many).toBeLessThan(few / 2)
    expect(likelihoodFloor(normal(300), { key: key(0) })).toBe(0.5)
    expect(() => likelihoodFloor(normal(1), { key: key(0) })).toThrow(/another one/)
  })
})
