import { type ForwardProcess, fromRows, ornsteinUhlenbeck, rectifiedFlow, varianceExploding, vpCosine } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { as, gaussian } from '@tweedie/score'
import { evenly, forwardProcesses, times, timesByLogSnr } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { edmTarget } from './edm-target.js'
import { denoiserTarget, noiseTarget, scoreTarget, velocityTarget, vTarget } from './targets.js'

const B = cpu()
const anyProcess = [denoiserTarget, scoreTarget, noiseTarget, velocityTarget, edmTarget({ dataDeviation: 0.5 })]
const preserving = (process: ForwardProcess): boolean => ['ornstein-uhlenbeck', 'vp-linear', 'vp-cosine'].includes(process.name)
const targetsOf = (process: ForwardProcess) => (preserving(process) ? [...anyProcess, vTarget] : anyProcess)

/** A process, one of the targets that it has, and a time. */
const cases = forwardProcesses().chain((process) =>
  fc.record({ process: fc.constant(process), target: fc.constantFrom(...targetsOf(process)), t: times(process) }),
)

/** Each coefficient is a handful of operations off α, σ and their slopes: 64 roundings of 2⁻⁵³ bound what a sum of two products is off. */
const ROUNDING = 64 * 2 ** -53

const invalid = expect.objectContaining({ _tag: 'InvalidArgument' }) as unknown

describe('targets', () => {
  it('lead back to the denoiser: α ofX + ofOutput ofData = 1 and σ ofX + ofOutput ofNoise = 0', () => {
    fc.assert(
      fc.property(cases, ({ process, target, t }) => {
        const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
        const { ofData, ofNoise, ofX, ofOutput } = target.under(process)(t)
        const size = Math.abs(alpha * ofX) + Math.abs(ofOutput * ofData)
        expect(Math.abs(alpha * ofX + ofOutput * ofData - 1)).toBeLessThanOrEqual(ROUNDING * size)
        expect(Math.abs(sigma * ofX + ofOutput * ofNoise)).toBeLessThanOrEqual(ROUNDING * Math.abs(sigma * ofX))
      }),
      { numRuns: 500 },
    )
  })

  it('have as least-squares solution for data N(0, s²) a line that leads back to the posterior mean α s²/(α² s² + σ²) x', () => {
    fc.assert(
      fc.property(cases, evenly(0.1, 3), ({ process, target, t }, deviation) => {
        const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
        const { ofData, ofNoise, ofX, ofOutput } = target.under(process)(t)
        const [data, total] = [alpha * deviation ** 2, (alpha * deviation) ** 2 + sigma ** 2]
        // E[target X_t]/E[X_t²].
        const slope = (ofData * data + ofNoise * sigma) / total
        const size = Math.abs(ofX) + Math.abs(ofOutput) * ((Math.abs(ofData) * data + Math.abs(ofNoise) * sigma) / total)
        expect(Math.abs(ofX + ofOutput * slope - data / total)).toBeLessThanOrEqual(ROUNDING * size)
      }),
      { numRuns: 500 },
    )
  })

  it('are of the kind that they say: the exact field of that kind leads back to the exact denoiser', async () => {
    const law = gaussian<CpuTensor>(B, { mean: [0.7], covariance: fromRows([[0.64]]) })
    const moments = forwardProcesses().chain((process) =>
      fc.record({ process: fc.constant(process), t: timesByLogSnr(process, -4, 6), x: evenly(-3, 3) }),
    )
    await fc.assert(
      fc.asyncProperty(moments, async ({ process, t, x }) => {
        const denoise = law(process)
        const at = B.tensor([x], [1, 1])
        const m = (await B.read(denoise(at, t)))[0] as number
        for (const { kind, under } of targetsOf(process)) {
          if (kind === undefined) continue
          const f = (await B.read(as(kind, process)(denoise)(at, t)))[0] as number
          const { ofX, ofOutput } = under(process)(t)
          // x/α loses e² in size at log-SNR −4, and α m − x as much at 6: 1e-12 is 2⁻⁵³ times 10⁴.
          expect(Math.abs(ofX * x + ofOutput * f - m)).toBeLessThan(1e-12 * (1 + Math.abs(ofX * x)))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('of the score is −ξ/σ, the negative of the target of paper B (22)', () => {
    const t = 0.3
    const { ofData, ofNoise } = scoreTarget.under(ornsteinUhlenbeck())(t)
    expect(ofData).toBe(0)
    expect(ofNoise).toBeCloseTo(-1 / Math.sqrt(1 - Math.exp(-t)), 12)
  })

  it('of the velocity is ξ − X₀ for rectified flow, also where α = 0', () => {
    for (const t of [0.25, 1]) expect(velocityTarget.under(rectifiedFlow())(t)).toEqual({ ofData: -1, ofNoise: 1, ofX: 1, ofOutput: -t })
  })

  it('of v is refused where the process does not preserve variance', () => {
    const refused = expect.objectContaining({ _tag: 'Unsupported', mend: expect.stringContaining('velocity') as unknown }) as unknown
    for (const process of [rectifiedFlow(), varianceExploding()]) expect(() => vTarget.under(process)(0.5)).toThrow(refused)
  })

  it.each([
    ['score at σ = 0', scoreTarget, ornsteinUhlenbeck(), 0],
    ['velocity at σ = 0, where σ has infinite slope', velocityTarget, ornsteinUhlenbeck(), 0],
    ['score at α = 0', scoreTarget, vpCosine(), 1],
    ['noise at α = 0', noiseTarget, rectifiedFlow(), 1],
  ])('%s is refused, naming the time and another target', (_, target, process, t) => {
    const named = { what: expect.stringContaining(`t = ${t}`) as unknown, mend: expect.stringContaining('denoiser') as unknown }
    expect(() => target.under(process)(t)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', ...named }) as Error)
  })

  it('of denoiser, noise and v stand at σ = 0; of denoiser, velocity and v at α = 0', () => {
    for (const target of [denoiserTarget, noiseTarget, vTarget]) expect(() => target.under(ornsteinUhlenbeck())(0)).not.toThrow()
    for (const target of [denoiserTarget, velocityTarget, vTarget]) expect(() => target.under(vpCosine())(1)).not.toThrow()
  })

  it.each([Number.NaN, -1, Number.NEGATIVE_INFINITY])('a time of %f is refused by every target', (t) => {
    for (const target of [...anyProcess, vTarget]) expect(() => target.under(ornsteinUhlenbeck())(t)).toThrow(invalid as Error)
  })
})
