import { ornsteinUhlenbeck } from '@tweedie/core'
import { evenly, forwardProcesses, times } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { denoiserTarget, noiseTarget } from './targets.js'
import { constantWeight, signalToNoise, squared, varianceWeight, weightOf } from './weights.js'

const cases = forwardProcesses().chain((process) => fc.record({ process: fc.constant(process), t: times(process) }))

describe('weights', () => {
  it('signalToNoise is 1/(e^t − 1) on Ornstein–Uhlenbeck (paper B, eq. (38)), and its square the other weight of figure 11', () => {
    const process = ornsteinUhlenbeck()
    const [weight, square] = [signalToNoise, squared(signalToNoise)].map((each) => each.under(process, denoiserTarget))
    fc.assert(
      fc.property(evenly(Math.log(1e-8), Math.log(10)), (logarithm) => {
        const t = Math.exp(logarithm)
        // Ten roundings or so of one side, e^(−t/2) with an exponent of at most 5 among them.
        expect(Math.abs(weight?.(t) as number) * Math.expm1(t)).toBeCloseTo(1, 13)
        expect(Math.abs(square?.(t) as number) * Math.expm1(t) ** 2).toBeCloseTo(1, 13)
      }),
    )
  })

  it('signalToNoise is e^(log-SNR) and varianceWeight σ², whatever the process and the target', () => {
    fc.assert(
      fc.property(cases, ({ process, t }) => {
        for (const target of [denoiserTarget, noiseTarget]) {
          // e^λ is off by 2⁻⁵³ |λ| and more; λ itself by what 1 − α loses near the noisy end.
          const quotient = signalToNoise.under(process, target)(t) / Math.exp(process.logSnr(t))
          expect(Math.abs(quotient - 1)).toBeLessThan(1e-11)
          expect(varianceWeight.under(process, target)(t)).toBe(process.sigma(t) ** 2)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('constantWeight is 1 when nothing is said, and any positive number', () => {
    expect(constantWeight().under(ornsteinUhlenbeck(), noiseTarget)(3)).toBe(1)
    expect(constantWeight(0.25).under(ornsteinUhlenbeck(), noiseTarget)(3)).toBe(0.25)
    for (const c of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => constantWeight(c)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where: 'constantWeight' }) as Error)
  })

  it.each([-1e-300, Number.NaN, Number.POSITIVE_INFINITY])('a weight of %f is refused, naming weight, time and mend', (value) => {
    const late = weightOf('late', (t) => (t < 2 ? value : t)).under(ornsteinUhlenbeck(), noiseTarget)
    expect(late(2)).toBe(2)
    const named = { where: expect.stringContaining("'late'") as unknown, what: expect.stringContaining('t = 1.5') as unknown }
    expect(() => late(1.5)).toThrow(
      expect.objectContaining({ _tag: 'InvalidArgument', ...named, mend: expect.stringContaining('larger ε') as unknown }) as Error,
    )
  })

  it('what is infinite at the clean end is refused there, and by its square where only that overflows', () => {
    const process = ornsteinUhlenbeck()
    expect(() => signalToNoise.under(process, denoiserTarget)(0)).toThrow(/'signal-to-noise'/)
    expect(() => squared(signalToNoise).under(process, denoiserTarget)(1e-200)).toThrow(/'signal-to-noise squared'/)
  })

  it('0 is a weight, and a time that is NaN none', () => {
    const none = weightOf('none', () => 0).under(ornsteinUhlenbeck(), noiseTarget)
    expect(none(1)).toBe(0)
    expect(() => none(Number.NaN)).toThrow(/NaN/)
  })
})
