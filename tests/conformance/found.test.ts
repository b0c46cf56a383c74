import { untyped } from '@tweedie/core'
import { describe, expect, test } from 'vitest'
import { conforming } from './backends.js'

/** Corners that a random search meets seldom, asked of every backend directly. */
describe.each(conforming.filter(({ declared }) => declared.nonFinite === undefined))('$name', ({ make }) => {
  const P = untyped(make())

  test('the log-density of a query at infinity is −Infinity, and its moments are NaN', async () => {
    const cloud = { points: P.tensor([0, 1], [2, 1]) }
    const query = P.tensor([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN], [3, 1])
    const moments = P.posteriorMoments(query, cloud, { alpha: 1, sigma: 1 })
    const { NEGATIVE_INFINITY, NaN: nan } = Number
    expect([...(await P.read(moments.logDensity))]).toEqual([NEGATIVE_INFINITY, NEGATIVE_INFINITY, nan])
    for (const part of ['mean', 'covarianceTrace', 'effectiveSampleSize'] as const)
      expect([...(await P.read(moments[part]))]).toEqual([nan, nan, nan])
  })

  test('a cloud of log-weights −Infinity alone has no posterior', async () => {
    const cloud = { points: P.tensor([0, 1], [2, 1]), logWeights: P.full([2], Number.NEGATIVE_INFINITY) }
    const moments = P.posteriorMoments(P.tensor([0.5], [1, 1]), cloud, { alpha: 1, sigma: 1 })
    for (const part of ['mean', 'logDensity', 'covarianceTrace', 'effectiveSampleSize'] as const)
      expect([...(await P.read(moments[part]))]).toEqual([Number.NaN])
  })

  test('the logistic function reaches into the denormals', async () => {
    // e⁻⁷²⁰ is a float64 denormal, e⁻⁹⁵ a float32 one.
    const x = P.dtype === 'float64' ? -720 : -95
    const [value] = await P.read(P.sigmoid(P.tensor([x], [1])))
    expect(Math.abs((value as number) / Math.exp(x) - 1)).toBeLessThan(1e-4)
  })

  test('an activation outside of a scope leaves its result alone', () => {
    const x = P.full([3], 0.5)
    for (const name of ['tanh', 'relu', 'silu', 'gelu'] as const) {
      const before = P.liveTensors()
      P.free(P.activate(x, name))
      expect(P.liveTensors()).toBe(before)
    }
  })
})
