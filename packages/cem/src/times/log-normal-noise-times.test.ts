import { ornsteinUhlenbeck, rectifiedFlow, vpLinear } from '@tweedie/core'
import { evenly } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalDistribution } from '../support/normal-distribution.js'
import { logNormalNoiseTimes } from './log-normal-noise-times.js'

const process = fc.constantFrom(ornsteinUhlenbeck(), vpLinear(), rectifiedFlow())
const law = fc.record({ mean: evenly(-2, 1), deviation: evenly(0.3, 2) })

describe('logNormalNoiseTimes', () => {
  it('has the distribution function of a normal law of ln(σ/α), cut off at the ends', () => {
    fc.assert(
      fc.property(process, law, evenly(0.001, 0.999), (p, { mean, deviation }, u) => {
        const t = logNormalNoiseTimes({ mean, deviation }).under(p).timeOf(u)
        const below = (time: number): number => normalDistribution((-0.5 * p.logSnr(time) - mean) / deviation)
        const [low, high] = [below(p.timeRange[0]), below(p.timeRange[1])]
        // timeOfLogSnr, inverseNormal and Φ are each good to 1e-12 or better here; the density of u is at most 1/0.3 of that of ln σ.
        expect(Math.abs((below(t) - low) / (high - low) - u)).toBeLessThan(1e-9)
      }),
    )
  })

  it('stays within its interval, in order', () => {
    fc.assert(
      fc.property(process, law, evenly(0.01, 0.4), evenly(0.5, 0.9), (p, options, a, b) => {
        const [start, stop] = [a, b].map((share) => p.timeRange[0] + share * (p.timeRange[1] - p.timeRange[0])) as [number, number]
        const { timeOf, ratio } = logNormalNoiseTimes({ ...options, mean: -0.5 * p.logSnr((start + stop) / 2), start, stop }).under(p)
        const times = [1e-12, 0.2, 0.5, 0.8, 1 - 1e-12].map(timeOf)
        expect(times.every((t, k) => t >= start && t <= stop && (k === 0 || t >= (times[k - 1] as number)))).toBe(true)
        expect(ratio(0.3)).toBe(1)
      }),
    )
  })

  it('refuses what is no law, or one outside the interval', () => {
    const under = (mean: number, deviation: number) => () => logNormalNoiseTimes({ mean, deviation }).under(ornsteinUhlenbeck())
    expect(under(Number.NaN, 1)).toThrow(/mean NaN/)
    expect(under(0, 0)).toThrow(/deviation 0/)
    expect(under(50, 1)).toThrow(/has 0 of the law/)
    expect(() => logNormalNoiseTimes({ mean: 0, deviation: 1 }).under(ornsteinUhlenbeck()).timeOf(1)).toThrow(/u = 1/)
  })
})
