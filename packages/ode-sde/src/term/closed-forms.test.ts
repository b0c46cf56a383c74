import {
  diffusionSquared,
  drift,
  edm,
  type ForwardProcess,
  ornsteinUhlenbeck,
  rectifiedFlow,
  subVp,
  vanishingLinear,
  varianceExploding,
  vpCosine,
  vpLinear,
} from '@tweedie/core'
import { as, field } from '@tweedie/score'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { B, gaussianField } from '../testing/test-problems.js'
import { probabilityFlow } from './probability-flow.js'
import { integrate } from './quadrature.js'
import { reverseSde } from './reverse-sde.js'
import { isSde } from './term.js'
import { velocity } from './velocity.js'

const processes: readonly ForwardProcess[] = [
  ornsteinUhlenbeck(),
  vanishingLinear(),
  vanishingLinear({ floor: 1e-2 }),
  vpLinear(),
  vpCosine(),
  varianceExploding(),
  subVp(),
  edm(),
  rectifiedFlow(),
]
const identity = field(B, 'denoiser', (x) => x)
const constructors = { probabilityFlow, reverseSde }

/** Decreasing times t > r > s inside the range, where every coefficient is finite. */
const times = (process: ForwardProcess) => {
  const [low, high] = process.timeRange
  return fc
    .uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 3, maxLength: 3 })
    .map((cuts) => cuts.sort((a, b) => b - a).map((cut) => low + ((high - low) * cut) / 100) as [number, number, number])
}

/** Equal to about 11 digits of the larger of the two numbers and `scale`: 12 digits from the quadrature, and the cancellation in the difference. */
const close = (value: number, expected: number, scale = 0): void =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-11 * Math.max(Math.abs(expected), scale) * 5)

for (const [name, construct] of Object.entries(constructors))
  describe(`${name}: closed forms`, () => {
    for (const process of processes) {
      const term = construct(B, process, identity)
      const { propagator, weight, clock } = term

      it(`agree with quadrature for ${process.name} at floor ${process.sigma(process.timeRange[0])}`, () => {
        fc.assert(
          fc.property(times(process), ([t, , s]) => {
            close(propagator(t, s), Math.exp(integrate(term.linear, t, s, 'linear')))
            close(
              weight(t, s),
              integrate((u) => propagator(u, s) * term.gain(u), t, s, 'gain'),
              process.alpha(s),
            )
            if (!isSde(term)) return
            const variance = Math.abs(integrate((u) => (propagator(u, s) * term.diffusion(u)) ** 2, t, s, 'diffusion'))
            close(term.noise(t, s) ** 2, variance, process.sigma(s) ** 2)
          }),
          { numRuns: 30 },
        )
      })

      it(`compose over two steps for ${process.name} at floor ${process.sigma(process.timeRange[0])}`, () => {
        fc.assert(
          fc.property(times(process), ([t, r, s]) => {
            const onward = propagator(r, s)
            close(onward * propagator(t, r), propagator(t, s))
            close(onward * weight(t, r) + weight(r, s), weight(t, s), process.alpha(s))
            if (isSde(term)) close((onward * term.noise(t, r)) ** 2 + term.noise(r, s) ** 2, term.noise(t, s) ** 2, process.sigma(s) ** 2)
          }),
        )
      })

      it(`weigh exponentially by the clock for ${process.name} at floor ${process.sigma(process.timeRange[0])}`, () => {
        fc.assert(
          fc.property(times(process), ([t, r, s]) => {
            // ∫ c e^(rate·τ) dτ over two steps that end at the same s: the ratio of the weights depends on the clock alone.
            if (clock === undefined) throw new Error('no clock')
            const grown = (from: number): number => -Math.expm1(-clock.rate * (clock.at(s) - clock.at(from)))
            close(weight(t, s) * grown(r), weight(r, s) * grown(t), process.alpha(s))
            // The log-SNR of a time and back: relative to the slope of the log-SNR there.
            expect(clock.inverse(clock.at(t))).toBeCloseTo(t, 8)
          }),
        )
      })
    }

    it('are finite from α = 0 and onto σ = 0, and forget x on the way', () => {
      for (const process of [vanishingLinear(), rectifiedFlow(), vpCosine()]) {
        const term = construct(B, process, identity)
        const [low, high] = process.timeRange
        expect(process.alpha(high)).toBe(0)
        expect(process.sigma(low)).toBe(0)
        expect(term.propagator(high, low)).toBe(0)
        expect(term.weight(high, low)).toBe(1)
        expect(term.noise?.(high, low) ?? 0).toBe(0)
        expect(Number.isFinite(term.gain(high))).toBe(true)
        const middle = (low + high) / 2
        expect(term.weight(high, middle)).toBe(process.alpha(middle))
        if (isSde(term)) expect([term.propagator(high, middle), term.noise(high, middle)]).toEqual([0, process.sigma(middle)])
      }
    })
  })

describe('the drift of a term', () => {
  it('is f x − ½ g² score for the probability flow and f x − g² score for the reverse equation', async () => {
    for (const process of processes) {
      const source = gaussianField({ mean: [1, -0.5], variance: [0.3, 2] }, process)
      const score = as('score', process)(source)
      const x = B.tensor([0.4, -1, 2, 0.1], [2, 2])
      const [low, high] = process.timeRange
      for (const fraction of [0.05, 0.4, 0.9]) {
        const t = low + (high - low) * fraction
        for (const [construct, share] of [
          [probabilityFlow, 0.5],
          [reverseSde, 1],
        ] as const) {
          const actual = await B.read(velocity(construct(B, process, source))(x, t))
          const expected = await B.read(B.sub(B.mul(x, drift(process, t)), B.mul(score(x, t), share * diffusionSquared(process, t))))
          // The two forms cancel differently; both lose what the coefficients exceed the sum by.
          const size = Math.max(1, ...expected.map(Math.abs)) * (1 + Math.abs(drift(process, t)))
          for (const [k, value] of actual.entries()) expect(Math.abs(value - (expected[k] as number))).toBeLessThan(1e-11 * size)
        }
      }
    }
  })

  it("is [x − (1 + t) m]/(2t) for paper A's process without floor, at α = 0 too", () => {
    const { linear, gain } = probabilityFlow(B, vanishingLinear(), identity)
    for (const t of [1, 0.75, 0.1, 1e-6]) {
      expect(linear(t)).toBeCloseTo(1 / (2 * t), 12)
      expect(gain(t) / (-(1 + t) / (2 * t))).toBeCloseTo(1, 12)
    }
  })

  it('reads a field of any kind', async () => {
    const process = vanishingLinear()
    const source = gaussianField({ mean: [1], variance: [0.3] }, process)
    const x = B.tensor([0.4, -1], [2, 1])
    const expected = await B.read(velocity(probabilityFlow(B, process, source))(x, 0.5))
    for (const kind of ['score', 'noise', 'velocity'] as const) {
      const values = await B.read(velocity(probabilityFlow(B, process, as(kind, process)(source)))(x, 0.5))
      for (const [k, value] of values.entries()) expect(value).toBeCloseTo(expected[k] as number, 12)
    }
  })

  it('is refused where it is infinite, with the time and the mend', () => {
    const x = B.tensor([0.4], [1, 1])
    expect(() => velocity(probabilityFlow(B, vanishingLinear(), identity))(x, 0)).toThrow(/linear coefficient is Infinity at t = 0.*floor/)
    expect(() => velocity(reverseSde(B, vanishingLinear(), identity))(x, 1)).toThrow(
      /SolverFailure|linear coefficient is Infinity at t = 1/,
    )
  })
})
