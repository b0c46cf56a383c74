import {
  edm,
  type ForwardProcess,
  key,
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
import { solve } from '../solve/solve.js'
import { ddim } from '../solver/exponential/ddim.js'
import { exponentialEulerMaruyama } from '../solver/stochastic/exponential-euler-maruyama.js'
import { B, gaussianField, uniform } from '../testing/test-problems.js'
import { type Churn, churnSde } from './churn.js'
import { probabilityFlow } from './probability-flow.js'
import { integrate } from './quadrature.js'
import { reverseSde } from './reverse-sde.js'
import { velocity } from './velocity.js'

const processes: readonly ForwardProcess[] = [
  ornsteinUhlenbeck(),
  vanishingLinear(),
  vpLinear(),
  vpCosine(),
  subVp(),
  rectifiedFlow(),
  varianceExploding(),
  edm(),
]
const identity = field(B, 'denoiser', (x) => x)
const churns: readonly Churn[] = [0, 0.4, 1, 2, (t) => 0.3 + 0.5 * Math.sin(t) ** 2]

/** Decreasing times inside the range, where every coefficient is finite. */
const times = (process: ForwardProcess) => {
  const [low, high] = process.timeRange
  return fc
    .uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 2, maxLength: 2 })
    .map((cuts) => cuts.sort((a, b) => b - a).map((cut) => low + ((high - low) * cut) / 100) as [number, number])
}

const close = (value: number, expected: number, scale: number): void =>
  // 12 digits from the quadrature, and the cancellation in the difference.
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(5e-11 * Math.max(Math.abs(expected), scale))

describe('churnSde', () => {
  for (const process of processes)
    it(`has the integrals of its coefficients as propagator, weight and noise, for ${process.name}`, () => {
      fc.assert(
        fc.property(times(process), fc.constantFrom(...churns), ([t, s], eta) => {
          const term = churnSde(B, process, identity, eta)
          const p = (u: number, end: number): number => Math.exp(integrate(term.linear, u, end, 'linear'))
          close(term.propagator(t, s), p(t, s), 0)
          const { propagator } = term
          close(
            term.weight(t, s),
            integrate((u) => propagator(u, s) * term.gain(u), t, s, 'gain'),
            process.alpha(s),
          )
          const variance = Math.abs(integrate((u) => (propagator(u, s) * term.diffusion(u)) ** 2, t, s, 'diffusion'))
          close(term.noise(t, s) ** 2, variance, process.sigma(s) ** 2)
          if (term.clock === undefined) return
          const { at, rate } = term.clock
          const whole = -Math.expm1(-rate * (at(s) - at(t)))
          close(term.weight(t, s), process.alpha(s) * whole, process.alpha(s))
        }),
        { numRuns: 20 },
      )
    })

  it('has the drift f x − ½ (1 + η²) g² score: that of the flow and of the reverse equation mixed', async () => {
    for (const process of processes) {
      const source = gaussianField({ mean: [1, -0.5], variance: [0.3, 2] }, process)
      const x = B.tensor([0.4, -1, 2, 0.1], [2, 2])
      const [low, high] = process.timeRange
      for (const [fraction, eta] of [
        [0.1, 0],
        [0.4, 0.7],
        [0.8, 1],
        [0.5, 1.5],
      ] as const) {
        const t = low + (high - low) * fraction
        const at = async (term: Parameters<typeof velocity<ReturnType<typeof B.full>>>[0]) => B.read(velocity(term)(x, t))
        const actual = await at(churnSde(B, process, source, eta))
        const [flow, reverse] = [await at(probabilityFlow(B, process, source)), await at(reverseSde(B, process, source))]
        actual.forEach((value, k) => {
          const [a, b] = [flow[k] as number, reverse[k] as number]
          expect(Math.abs(value - (a + eta * eta * (b - a)))).toBeLessThan(1e-11 * (1 + Math.abs(a) + Math.abs(b)) * (1 + eta * eta))
        })
      }
    }
  })

  it('is the flow for η = 0 and the reverse equation for η = 1, step by step', async () => {
    const process = ornsteinUhlenbeck()
    const source = as('noise', process)(gaussianField({ mean: [1], variance: [0.3] }, process))
    const initial = B.tensor([0.4, -1, 3], [3, 1])
    const grid = uniform(3, 0, 7)
    const run = async (term: ReturnType<typeof reverseSde>, solver = exponentialEulerMaruyama) =>
      B.read((await solve(B, term as never, { initial, grid, solver, key: key(2) })).x)
    const flow = await B.read((await solve(B, probabilityFlow(B, process, source), { initial, grid, solver: ddim })).x)
    const same = (a: Float64Array, b: Float64Array) => a.forEach((value, k) => expect(value).toBeCloseTo(b[k] as number, 12))
    same(await run(churnSde(B, process, source, 0) as never), flow)
    same(await run(churnSde(B, process, source, () => 0) as never), flow)
    same(await run(churnSde(B, process, source, 1) as never), await run(reverseSde(B, process, source) as never))
    same(await run(churnSde(B, process, source, () => 1) as never), await run(reverseSde(B, process, source) as never))
  })

  it('goes from α = 0 onto σ = 0', () => {
    for (const process of [vanishingLinear(), rectifiedFlow(), vpCosine()])
      for (const eta of [0, 0.5, 1, (t: number) => 0.5 + t / 4, (t: number) => (t > 0.2 && t < 0.8 ? 0.7 : 0)] as const) {
        const term = churnSde(B, process, identity, eta)
        const [low, high] = process.timeRange
        expect([term.propagator(high, low), term.weight(high, low), term.noise(high, low)]).toEqual([0, 1, 0])
        const middle = (low + high) / 2
        expect(term.weight(high, middle)).toBe(process.alpha(middle))
        const always = typeof eta === 'number' ? eta > 0 : eta(high) > 0
        if (always) expect([term.propagator(high, middle), term.noise(high, middle)]).toEqual([0, process.sigma(middle)])
        else expect(term.propagator(high, middle)).toBeGreaterThan(0)
      }
  })

  it('refuses a negative or infinite η', () => {
    const process = vpLinear()
    expect(() => churnSde(B, process, identity, -1)).toThrow(/η = -1/)
    expect(() => churnSde(B, process, identity, Number.NaN)).toThrow(/η = NaN/)
    expect(() => churnSde(B, process, identity, () => Number.POSITIVE_INFINITY).diffusion(0.5)).toThrow(/η = Infinity/)
  })
})
