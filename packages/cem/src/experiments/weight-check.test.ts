import { cpu } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { seedKeys } from './parts/seeds.js'
import { contextOf, faultsOf } from './parts/test-support.js'
import { runWeightCheck, timesOf } from './weight-check/run.js'
import { type WeightCheckSettings, weightCheck } from './weight-check.js'

const B = cpu()
const settings: WeightCheckSettings = {
  samples: 12,
  steps: 5,
  epsilon: 0.02,
  fittedUpTo: 0.1,
  cloudFittedUpTo: 0.02,
  comparedUpTo: 0.5,
}

describe('weight check', () => {
  it('gives the same bytes for the same seeds, in the form of a result, and leaves no tensor', async () => {
    const before = B.liveTensors()
    const run = () => weightCheck.run(B, settings, 'tiny', contextOf([3, 4]))
    const result = await run()
    expect(faultsOf(result, weightCheck, settings, [3, 4])).toEqual([])
    expect(JSON.stringify(await run())).toBe(JSON.stringify(result))
    expect(B.liveTensors()).toBe(before)
    expect(result.claims.length).toBe(4)
    expect(result.figures[0]?.panels.length).toBe(3)
  })

  it('the variance is 1 − e^(−t) on a line, twice that on a plane, and at most that of the data', async () => {
    const counted = { ...settings, samples: 300 }
    const { spiral, others } = await runWeightCheck(B, counted, 2, seedKeys(2), contextOf([2]))
    expect(spiral.times).toEqual(timesOf(counted))
    expect([spiral.times[0], spiral.times.at(-1)]).toEqual([0.02, 10])
    spiral.times.forEach((t, k) => {
      // Given X_t, X₀ − m is normal: |X₀ − m|² is v χ² with as many degrees as the dimension, of variance 2 v² a degree; 4.5 standard errors.
      for (const { intrinsicDimension: degrees, variances } of others.filter((each) => each.intrinsicDimension > 0))
        expect(Math.abs((variances[k] as number) / -Math.expm1(-t) - degrees)).toBeLessThan(
          4.5 * Math.sqrt((2 * degrees) / counted.samples),
        )
      // E|X₀|² of the spiral is E U² = (13³ − 1)/36; |X₀ − m|² is at most 26² in any case.
      expect(spiral.variances[k]).toBeLessThan((13 ** 3 - 1) / 36 + (4.5 * 26 ** 2) / Math.sqrt(12 * counted.samples))
    })
    for (const { times, variances, ratios } of [spiral, ...others])
      times.forEach((t, k) => expect((ratios[k] as number) * Math.expm1(t)).toBeCloseTo(variances[k] as number, 10))
    // At t = 0.02 the spiral is a curve: c = 1 to 4.5 standard errors and 5 % of curvature.
    expect(Math.abs((spiral.ratios[0] as number) - 1)).toBeLessThan(0.05 + 4.5 * Math.sqrt(2 / counted.samples))
  })

  it('stops with its signal', async () => {
    await expect(weightCheck.run(B, settings, 'tiny', contextOf([1], { signal: AbortSignal.abort() }))).rejects.toMatchObject({
      _tag: 'Aborted',
    })
  })
})
