import { edm, type ForwardProcess, ornsteinUhlenbeck, vanishingLinear } from '@tweedie/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { broken, hostField, type N } from '../field/test-fields.js'
import { plainPosterior, rowsOf } from './posterior.js'
import { type MakeSmoothedField, smoothedCloudLaws } from './smoothed.js'

/** m of Y + N(0, s² I): E[Y | x] + gain (x − α E[Y | x]). */
const smoothed =
  (gainOf: (alpha: number, sigma: number, s: number) => number, spread = Math.hypot): MakeSmoothedField<N> =>
  (points, s) =>
  (process: ForwardProcess) =>
    hostField({
      mean: (x, { alpha, sigma }) => {
        const { mean } = plainPosterior(rowsOf(points), undefined, x, { alpha, sigma: spread(alpha * s, sigma) })
        return mean.map((value, j) => value + gainOf(alpha, sigma, s) * ((x[j] as number) - alpha * value))
      },
      logDensity: () => 0,
    })(process)

const exact = (alpha: number, sigma: number, s: number): number => (alpha * s * s) / ((alpha * s) ** 2 + sigma ** 2)
const laws = (make: MakeSmoothedField<N>, process: ForwardProcess, dimension = 2) =>
  smoothedCloudLaws(make, process, { dimension, points: 5 })

beforeAll(() => fc.configureGlobal({ endOnFailure: true }))
afterAll(() => fc.resetConfigureGlobal())

describe('smoothedCloudLaws', () => {
  test.each([ornsteinUhlenbeck(), edm(), vanishingLinear({ floor: 0.01 })])('hold for the closed form under $name', async (process) => {
    for (const dimension of [1, 2, 3]) expect(await broken(laws(smoothed(exact), process, dimension), { runs: 15 })).toEqual([])
  })

  const names = laws(smoothed(exact), ornsteinUhlenbeck()).map(({ name }) => name)
  test.each<[string, MakeSmoothedField<N>, readonly (string | undefined)[]]>([
    ['data that were not smoothed', smoothed(() => 0), names],
    ['half the bandwidth', smoothed((alpha, sigma, s) => exact(alpha, sigma, s / 2)), names],
    ['weights without the bandwidth', smoothed(exact, (_, sigma) => sigma), [names[0], names[2]]],
    ['the bandwidth for its square', smoothed((alpha, sigma, s) => exact(alpha, sigma, Math.sqrt(s))), names],
  ])('catch %s', async (_, make, expected) => {
    expect(await broken(laws(make, ornsteinUhlenbeck()), { runs: 40, seed: 2 })).toEqual(expected)
  })
})
