import { rectifiedFlow, vpCosine } from '@tweedie/core'
import { evenly, forwardProcesses, times } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { edmTarget } from './edm-target.js'

const cases = forwardProcesses().chain((process) =>
  fc.record({ process: fc.constant(process), t: times(process), dataDeviation: evenly(0.05, 3) }),
)

describe('edmTarget', () => {
  it('is table 1 of Karras et al. in x/α with s = σ/α', () => {
    fc.assert(
      fc.property(cases, ({ process, t, dataDeviation }) => {
        const [alpha, s] = [process.alpha(t), process.sigma(t) / process.alpha(t)]
        const skip = dataDeviation ** 2 / (s * s + dataDeviation ** 2)
        const out = (s * dataDeviation) / Math.sqrt(s * s + dataDeviation ** 2)
        const { ofData, ofNoise, ofX, ofOutput } = edmTarget({ dataDeviation }).under(process)(t)
        // A handful of roundings on either side; the table's 1 − c_skip loses those that are relative to c_skip/(1 − c_skip).
        const rounding = 32 * 2 ** -53
        expect(Math.abs(ofX - skip / alpha)).toBeLessThanOrEqual(rounding * ofX)
        expect(Math.abs(ofOutput - out)).toBeLessThanOrEqual(rounding * out)
        expect(Math.abs(ofNoise + (skip * s) / out)).toBeLessThanOrEqual(rounding * Math.abs(ofNoise))
        expect(Math.abs(ofData - (1 - skip) / out)).toBeLessThanOrEqual(rounding * (ofData + 1 / out))
      }),
      { numRuns: 300 },
    )
  })

  it('has variance 1, and no correlation with x, for data of that deviation', () => {
    fc.assert(
      fc.property(cases, ({ process, t, dataDeviation }) => {
        const { ofData, ofNoise } = edmTarget({ dataDeviation }).under(process)(t)
        const [withData, withNoise] = [ofData * process.alpha(t) * dataDeviation ** 2, ofNoise * process.sigma(t)]
        // Some ten roundings.
        expect(Math.abs((ofData * dataDeviation) ** 2 + ofNoise ** 2 - 1)).toBeLessThan(32 * 2 ** -53)
        expect(Math.abs(withData + withNoise)).toBeLessThanOrEqual(32 * 2 ** -53 * Math.abs(withData))
      }),
      { numRuns: 300 },
    )
  })

  it('is X₀/σ_d where α = 0, and −ξ where σ = 0', () => {
    const target = edmTarget({ dataDeviation: 0.5 })
    expect(target.under(vpCosine())(1)).toEqual({ ofData: 2, ofNoise: -0, ofX: 0, ofOutput: 0.5 })
    expect(target.under(rectifiedFlow())(0)).toEqual({ ofData: 0, ofNoise: -1, ofX: 1, ofOutput: 0 })
  })

  it.each([0, -0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a data deviation of %f', (dataDeviation) => {
    expect(() => edmTarget({ dataDeviation })).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where: 'edmTarget' }) as Error)
  })
})
