import {
  edm,
  type ForwardProcess,
  forwardProcess,
  ornsteinUhlenbeck,
  rectifiedFlow,
  subVp,
  vanishingLinear,
  varianceExploding,
  vpCosine,
  vpLinear,
} from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { forwardProcesses } from '../../arbitraries/processes.js'
import { checkLaws } from '../law.js'
import { processLaws } from './process-laws.js'
import { variancePreserving } from './variance-preserving.js'

const core = [
  ornsteinUhlenbeck(),
  vanishingLinear(),
  vanishingLinear({ floor: 0.01 }),
  vpLinear(),
  vpCosine(),
  subVp(),
  varianceExploding(),
  edm(),
  rectifiedFlow(),
]
const preserving = ['ornstein-uhlenbeck', 'vp-linear', 'vp-cosine']

describe('processLaws', () => {
  test.each(core.map((process, k) => [`${process.name} (${k})`, process] as const))('hold for %s', async (_, process) => {
    await checkLaws(processLaws(process))
  })

  test('hold for every process of core with generated settings', async () => {
    await fc.assert(
      fc.asyncProperty(forwardProcesses(), async (process) => checkLaws(processLaws(process), { runs: 10 })),
      { numRuns: 60 },
    )
  })

  test('hold for a process whose log-SNR and inverse are made by forwardProcess', async () => {
    const { name, timeRange, alpha, sigma, alphaDerivative, varianceDerivative } = vpCosine()
    await checkLaws(processLaws(forwardProcess({ name, timeRange, alpha, sigma, alphaDerivative, varianceDerivative })), { runs: 30 })
  })

  test('variancePreserving holds for those that are and for no other', async () => {
    for (const process of core) {
      const checked = variancePreserving(process).check()
      if (preserving.includes(process.name)) await checked
      else await expect(checked).rejects.toThrow(/α² \+ σ² = 1/)
    }
  })
})

describe('processLaws catch', () => {
  const good = rectifiedFlow()
  const faults: readonly (readonly [string, Partial<ForwardProcess>, RegExp])[] = [
    ['a derivative of α with the sign swapped', { alphaDerivative: () => 1 }, /alphaDerivative is dα\/dt/],
    ['a derivative of α that is 1e-6 off', { alphaDerivative: () => -1.000001 }, /alphaDerivative is dα\/dt/],
    ['dσ/dt in place of d(σ²)/dt', { varianceDerivative: () => 1 }, /varianceDerivative is d\(σ²\)\/dt/],
    ['a log-SNR of half the size', { logSnr: (t) => Math.log1p(-t) - Math.log(t) }, /log-SNR is ln/],
    ['a log-SNR with the sign swapped', { logSnr: (t) => -good.logSnr(t) }, /log-SNR is ln/],
    ['a wrong inverse', { timeOfLogSnr: (lambda) => 1 / (1 + Math.exp(lambda)) }, /timeOfLogSnr inverts/],
    ['σ that is NaN somewhere', { sigma: (t) => (t > 0.7 ? Number.NaN : t) }, /positive and finite/],
  ]

  test.each(faults)('%s', async (_, fault, message) => {
    await expect(checkLaws(processLaws({ ...good, ...fault }))).rejects.toThrow(message)
  })

  test('a signal-to-noise ratio that goes up again, by every law that rests on it', async () => {
    // σ = α tan θ(t) with θ not monotonic: consistent in all derivatives, but no forward process.
    const angle = (t: number): number => 0.3 + 0.5 * Math.sin(4 * t)
    const slope = (t: number): number => 2 * Math.cos(4 * t)
    const bent: ForwardProcess = {
      name: 'bent',
      timeRange: [0, 1],
      alpha: (t) => Math.cos(angle(t)),
      sigma: (t) => Math.abs(Math.sin(angle(t))),
      alphaDerivative: (t) => -Math.sin(angle(t)) * slope(t),
      varianceDerivative: (t) => Math.sin(2 * angle(t)) * slope(t),
      logSnr: (t) => -2 * Math.log(Math.abs(Math.tan(angle(t)))),
      timeOfLogSnr: () => 0.5,
    }
    const broken: string[] = []
    for (const law of processLaws(bent))
      await law.check({ seed: 1 }).catch((error: Error) => {
        broken.push(error.message.slice(0, error.message.indexOf(' [')))
      })
    expect(broken).toEqual(
      expect.arrayContaining([
        'bent: log-SNR decreases',
        'bent: timeOfLogSnr inverts logSnr',
        'bent: a transition carries the law of X_s onto that of X_t',
        'bent: the diffusion is not negative',
      ]),
    )
    expect(broken).not.toContain('bent: alphaDerivative is dα/dt')
    expect(broken).not.toContain('bent: log-SNR is ln(α²/σ²)')
  })
})
