import { type ForwardProcess, ornsteinUhlenbeck, rectifiedFlow } from '@tweedie/core'
import { evenly, forwardProcesses, times } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { denoiserWeight, ofDenoiser } from './denoiser-weight.js'
import { edmTarget } from './edm-target.js'
import { cem, ddpm, edmPreconditioned, flowMatching, sgm, vPrediction, withWeight } from './objectives.js'
import { edmWeight, minSnr } from './published-weights.js'
import { denoiserTarget, noiseTarget, scoreTarget, velocityTarget, vTarget } from './targets.js'
import { constantWeight, signalToNoise, weightOf } from './weights.js'

const preserving = (process: ForwardProcess): boolean => ['ornstein-uhlenbeck', 'vp-linear', 'vp-cosine'].includes(process.name)
const cases = forwardProcesses().chain((process) => fc.record({ process: fc.constant(process), t: times(process) }))
const preservingCases = forwardProcesses()
  .filter(preserving)
  .chain((process) => fc.record({ process: fc.constant(process), t: times(process) }))
const snr = (process: ForwardProcess, t: number): number => (process.alpha(t) / process.sigma(t)) ** 2

/** A dozen roundings, and α² + σ² = 1 to as many. */
const expectEqual = (actual: number, expected: number): void => {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(64 * 2 ** -53 * Math.abs(expected))
}

describe('denoiserWeight', () => {
  it('is α²/σ² for CEM, DDPM and SGM alike (paper B, eq. (35)–(38)): three targets of one loss', () => {
    fc.assert(
      fc.property(cases, ({ process, t }) => {
        for (const objective of [cem, ddpm, sgm]) expectEqual(denoiserWeight(objective, process)(t), snr(process, t))
      }),
      { numRuns: 200 },
    )
    expectEqual(denoiserWeight(ddpm, ornsteinUhlenbeck())(0.5), 1 / Math.expm1(0.5))
  })

  it('is SNR + 1 for v-prediction (Salimans & Ho 2022, §4)', () => {
    fc.assert(
      fc.property(preservingCases, ({ process, t }) => expectEqual(denoiserWeight(vPrediction, process)(t), snr(process, t) + 1)),
      { numRuns: 200 },
    )
  })

  it('is (s² + σ_d²)/(s σ_d)² for EDM (Karras et al. 2022, table 1), which edmWeight gives any target', () => {
    fc.assert(
      fc.property(cases, evenly(0.05, 3), ({ process, t }, dataDeviation) => {
        const s = process.sigma(t) / process.alpha(t)
        const expected = (s * s + dataDeviation ** 2) / (s * dataDeviation) ** 2
        const edm = edmPreconditioned({ dataDeviation })
        expectEqual(denoiserWeight(edm, process)(t), expected)
        for (const objective of [edm, cem, ddpm, sgm, flowMatching])
          expectEqual(denoiserWeight(withWeight(objective, edmWeight({ dataDeviation })), process)(t), expected)
        expectEqual(edmWeight({ dataDeviation }).under(process, edm.target)(t), 1)
      }),
      { numRuns: 200 },
    )
  })

  it('is 1/t² for flow matching on rectified flow, and ¼ α² (log-SNR)′² in general', () => {
    expectEqual(denoiserWeight(flowMatching, rectifiedFlow())(0.2), 25)
    fc.assert(
      fc.property(cases, ({ process, t }) => {
        const slope = (2 * process.alphaDerivative(t)) / process.alpha(t) - process.varianceDerivative(t) / process.sigma(t) ** 2
        expectEqual(denoiserWeight(flowMatching, process)(t), (process.alpha(t) * slope * 0.5) ** 2)
      }),
      { numRuns: 200 },
    )
  })

  it('is where |target − f|² λ and |X₀ − m|² agree, pair by pair', () => {
    const pairs = fc.record({ data: evenly(-2, 2), noise: evenly(-3, 3), output: evenly(-2, 2) })
    fc.assert(
      fc.property(cases, pairs, ({ process, t }, { data, noise, output }) => {
        for (const objective of [cem, ddpm, sgm, flowMatching, edmPreconditioned({ dataDeviation: 0.7 })]) {
          const { ofData, ofNoise, ofX, ofOutput } = objective.target.under(process)(t)
          // An output near its target, so that no error is lost in a large one.
          const f = ofData * data + ofNoise * noise + output
          const x = process.alpha(t) * data + process.sigma(t) * noise
          const error = data - (ofX * x + ofOutput * f)
          // 16 roundings of the terms that the error is the rest of, in units of the denoiser; what is left is relative.
          const lost = 16 * 2 ** -53 * (Math.abs(data) + Math.abs(ofX * x) + Math.abs(ofOutput) * (Math.abs(f) + Math.abs(output)))
          expect(Math.abs(error + ofOutput * output)).toBeLessThanOrEqual(lost)
          const lambda = objective.weight.under(process, objective.target)(t)
          expectEqual(denoiserWeight(objective, process)(t) * (ofOutput * output) ** 2, lambda * output ** 2)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('is refused where it is infinite, naming the objective', () => {
    expect(() => denoiserWeight(ddpm, ornsteinUhlenbeck())(0)).toThrow(/denoiserWeight of 'ddpm' under ornstein-uhlenbeck: λ = Infinity/)
    expect(denoiserWeight(vPrediction, ornsteinUhlenbeck())(5)).toBeGreaterThan(1)
  })
})

describe('ofDenoiser', () => {
  const targets = [denoiserTarget, scoreTarget, noiseTarget, velocityTarget, edmTarget({ dataDeviation: 0.5 })]

  it('gives every target the weight on the denoiser that is asked for', () => {
    const wanted = weightOf('wanted', (t) => 2 + Math.sin(t))
    fc.assert(
      fc.property(cases, fc.constantFrom(...targets), ({ process, t }, target) => {
        for (const weight of [ofDenoiser(wanted), ofDenoiser(ofDenoiser(wanted))])
          expectEqual(denoiserWeight({ name: 'any', target, weight }, process)(t), 2 + Math.sin(t))
      }),
      { numRuns: 200 },
    )
  })

  it('turns α²/σ² into 1 of noise and into σ² of the score: DDPM and SGM are CEM with another target', () => {
    fc.assert(
      fc.property(cases, ({ process, t }) => {
        expectEqual(ofDenoiser(signalToNoise).under(process, noiseTarget)(t), 1)
        expectEqual(ofDenoiser(signalToNoise).under(process, scoreTarget)(t), process.sigma(t) ** 2)
      }),
    )
  })
})

describe('minSnr', () => {
  it('is min(SNR, γ), of noise min(SNR, γ)/SNR, of v min(SNR, γ)/(SNR + 1) (Hang et al. 2023)', () => {
    fc.assert(
      fc.property(preservingCases, evenly(0.1, 20), ({ process, t }, gamma) => {
        const ratio = snr(process, t)
        expectEqual(minSnr(gamma).under(process, denoiserTarget)(t), Math.min(ratio, gamma))
        expectEqual(minSnr(gamma).under(process, noiseTarget)(t), Math.min(1, gamma / ratio))
        expectEqual(minSnr(gamma).under(process, vTarget)(t), Math.min(ratio, gamma) / (ratio + 1))
      }),
      { numRuns: 200 },
    )
  })

  it('has γ = 5 when nothing is said, and is γ on the data', () => {
    expect(minSnr().under(ornsteinUhlenbeck(), denoiserTarget)(0)).toBe(5)
    for (const gamma of [0, -5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => minSnr(gamma)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where: 'minSnr' }) as Error)
  })
})

describe('withWeight', () => {
  it('keeps the target and says in its name what the weight is', () => {
    const constant = withWeight(cem, constantWeight())
    expect(constant.name).toBe("cem with weight 'constant 1'")
    expect(constant.target).toBe(cem.target)
    expect(denoiserWeight(constant, ornsteinUhlenbeck())(1e-3)).toBe(1)
  })

  it('an EDM weight needs a data deviation', () => {
    for (const dataDeviation of [0, Number.NaN])
      expect(() => edmWeight({ dataDeviation })).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where: 'edmWeight' }) as Error)
  })
})
