import { key, type Matrix, ornsteinUhlenbeck, subVp, vanishingLinear, varianceExploding, vpLinear } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { as, field } from '@tweedie/score'
import { describe, expect, it } from 'vitest'
import { type Brownian, independentIncrements } from '../../noise/brownian.js'
import { brownianPath } from '../../noise/brownian-path.js'
import { solve } from '../../solve/solve.js'
import { churnSde } from '../../term/churn.js'
import { sdeTerm } from '../../term/ode-term.js'
import { reverseSde } from '../../term/reverse-sde.js'
import { semiLinear } from '../../term/semi-linear.js'
import type { SdeTerm } from '../../term/term.js'
import { B, gaussianField, moments, uniform } from '../../testing/test-problems.js'
import { heun } from '../explicit/heun.js'
import type { Solver } from '../solver.js'
import { ddpmAncestral, ddpmAncestralWith } from './ddpm-ancestral.js'
import { dpmSolverSde } from './dpm-solver-sde.js'
import { exponentialEulerMaruyama } from './exponential-euler-maruyama.js'
import { heunStratonovich } from './heun-stratonovich.js'
import { milstein } from './milstein.js'
import { predictorCorrector } from './predictor-corrector.js'
import { shark } from './shark.js'
import { splitting } from './splitting.js'
import { sra1 } from './sra1.js'

/** One step each way against the formula, by hand. */
const states = [0.4, -1, 2]
const noise = independentIncrements(B, key(5))
const take = async (term: SdeTerm<CpuTensor>, solver: Solver, t: number, s: number): Promise<Float64Array> => {
  const x: Matrix<CpuTensor> = B.tensor(states, [3, 1])
  const result = B.scope(() => solver.step(B, term, { step: 0, t, s, x, memory: [], brownian: noise }))
  return B.read(result.x)
}
const drawn = (t: number, s: number): Promise<Float64Array> => B.read(noise.increment({ step: 0, t, s }, [3, 1]))
const near = (actual: Float64Array, expected: readonly number[]): void =>
  actual.forEach((value, k) => expect(value).toBeCloseTo(expected[k] as number, 12))

const [t, s] = [0.8, 0.5]
const tanh = field(B, 'denoiser', (x) => B.tanh(x))

describe('splitting', () => {
  it("takes the steps of paper B's equations under its process", async () => {
    const process = ornsteinUhlenbeck()
    const term = reverseSde(B, process, tanh)
    const delta = t - s
    const [a, v] = [Math.exp(-t / 2), -Math.expm1(-t)]
    const xi = (await drawn(t, s)).map((w) => w / Math.sqrt(delta))
    const S = (x: number): number => (x - a * Math.tanh(x)) / v
    const kick = (k: number): number => Math.sqrt(-Math.expm1(-delta)) * (xi[k] as number)
    const step = (x: number): number => Math.exp(delta / 2) * (x - delta * S(x))
    for (const equation of ['23', '25', '39'] as const) {
      near(
        await take(term, splitting(equation), t, s),
        states.map((x, k) => step(x) + kick(k)),
      )
      near(
        await take(term, splitting(equation, { noiseFirst: true }), t, s),
        states.map((x, k) => step(x + kick(k))),
      )
    }
    near(
      await take(term, splitting('authors'), t, s),
      states.map((x, k) => Math.exp(-delta / 2) * (x - (delta * (a * a * x - a * Math.tanh(x))) / v) + kick(k)),
    )
  })

  it('is the ancestral step of Song et al., eq. 47, where α = 1', async () => {
    const process = varianceExploding({ sigmaMax: 5 })
    const variance = process.sigma(t) ** 2 - process.sigma(s) ** 2
    const xi = (await drawn(t, s)).map((w) => w / Math.sqrt(t - s))
    near(
      await take(reverseSde(B, process, tanh), splitting('23'), t, s),
      states.map((x, k) => x + (variance * (Math.tanh(x) - x)) / process.sigma(t) ** 2 + Math.sqrt(variance) * (xi[k] as number)),
    )
  })

  it('is refused where it does not apply, with the mend', async () => {
    const process = ornsteinUhlenbeck()
    await expect(take(churnSde(B, process, tanh, 0.5), splitting('23'), t, s)).rejects.toThrow(/churnSde.*Use it on reverseSde/s)
    const other = sdeTerm(
      B,
      (x) => x,
      () => 1,
    )
    for (const solver of [splitting('39'), ddpmAncestral]) {
      await expect(take(reverseSde(B, process, tanh), solver, s, t)).rejects.toThrow(/decreasing grid/)
      near(await take(reverseSde(B, process, tanh), solver, t, t), states)
    }
    await expect(take(other, splitting('39'), t, s)).rejects.toThrow(/no forward process/)
    await expect(take(other, ddpmAncestralWith('transition'), t, s)).rejects.toThrow(/no forward process/)
    await expect(take(other, predictorCorrector(), t, s)).rejects.toThrow(/no forward process/)
    await expect(take(churnSde(B, process, tanh, 2), ddpmAncestral, t, s)).rejects.toThrow(/churnSde.*Use it on reverseSde/s)
    await expect(take(reverseSde(B, vanishingLinear(), tanh), splitting('39'), 1, 0.5)).rejects.toMatchObject({ _tag: 'SolverFailure' })
  })
})

describe('ddpmAncestral', () => {
  it('is the exponential step of the reverse equation, and that of churn 1', async () => {
    for (const process of [ornsteinUhlenbeck(), vpLinear(), subVp(), vanishingLinear()])
      for (const term of [reverseSde(B, process, tanh), churnSde(B, process, as('score', process)(tanh), 1)])
        for (const to of [s, 0])
          near(await take(term, ddpmAncestral, t, to), [...(await take(reverseSde(B, process, tanh), exponentialEulerMaruyama, t, to))])
  })

  it('is that of Ho et al., algorithm 2, in the noise and β', async () => {
    const process = vpLinear()
    const xi = (await drawn(t, s)).map((w) => w / Math.sqrt(t - s))
    const [whole, before] = [process.alpha(t) ** 2, process.alpha(s) ** 2]
    const alphaStep = whole / before
    const beta = 1 - alphaStep
    const term = reverseSde(B, process, tanh)
    for (const [variance, size] of [
      ['transition', beta],
      ['posterior', ((1 - before) / (1 - whole)) * beta],
    ] as const)
      near(
        await take(term, ddpmAncestralWith(variance), t, s),
        states.map((x, k) => {
          const epsilon = (x - Math.sqrt(whole) * Math.tanh(x)) / Math.sqrt(1 - whole)
          return (x - (beta / Math.sqrt(1 - whole)) * epsilon) / Math.sqrt(alphaStep) + Math.sqrt(size) * (xi[k] as number)
        }),
      )
  })
})

describe('exponentialEulerMaruyama', () => {
  it('has the exact law of an Ornstein–Uhlenbeck process in one step, towards smaller and larger times', async () => {
    // dx = x (towards smaller times −x) dt + 0.8 dW over 2 units of time.
    const rows = 10_000
    for (const [from, to] of [
      [2, 0],
      [0, 2],
    ] as const) {
      const rate = from > to ? 1 : -1
      const ou = semiLinear(B, { linear: () => rate, nonlinear: (x) => B.mul(x, 0), diffusion: () => 0.8 })
      const initial = B.full([rows, 1], 1.5)
      const { x } = await solve(B, ou, { initial, grid: [from, to], solver: exponentialEulerMaruyama, key: key(9) })
      const { mean, variance } = moments(await B.read(x), 1)
      const exact = (0.64 * -Math.expm1(-4)) / 2
      // 5 standard errors: error rate 2e-6, fixed key.
      expect(Math.abs((mean[0] as number) - 1.5 * Math.exp(-2))).toBeLessThan(5 * Math.sqrt(exact / rows))
      expect(Math.abs((variance[0] as number) / exact - 1)).toBeLessThan(5 * Math.sqrt(2 / rows))
    }
  })
})

describe('predictorCorrector', () => {
  it('takes Langevin steps after the predictor: x + ε score + √(2ε) z', async () => {
    const process = vpLinear()
    const term = reverseSde(B, process, tanh)
    const r = 0.2
    let x = await take(term, exponentialEulerMaruyama, t, s)
    const epsilon = 2 * (r * process.sigma(s)) ** 2
    for (const index of [0, 1]) {
      const z = await B.read(noise.standardNormal({ step: 0, t, s }, index, [3, 1]))
      x = x.map(
        (value, k) =>
          value +
          (epsilon * (process.alpha(s) * Math.tanh(value) - value)) / process.sigma(s) ** 2 +
          Math.sqrt(2 * epsilon) * (z[k] as number),
      )
    }
    near(await take(term, predictorCorrector({ corrections: 2, signalToNoise: r }), t, s), [...x])
  })

  it('mends the law of a start that is wrong', async () => {
    const process = ornsteinUhlenbeck()
    const term = reverseSde(B, process, gaussianField({ mean: [1], variance: [0.5] }, process))
    const spread = (solver: Solver) =>
      // At t = 1 the law has variance e⁻¹/2 + 1 − e⁻¹ = 0.82; this start has none.
      solve(B, term, { initial: B.full([2000, 1], Math.exp(-0.5)), grid: uniform(1, 0.5, 20), solver, key: key(4) }).then(
        async ({ x }) => moments(await B.read(x), 1).variance[0] as number,
      )
    const exact = Math.exp(-0.5) * 0.5 - Math.expm1(-0.5)
    const [plain, corrected] = [await spread(exponentialEulerMaruyama), await spread(predictorCorrector({ corrections: 10 }))]
    expect(plain).toBeLessThan(0.7 * exact)
    // 5 standard errors, r² = 2.6 % of the Langevin steps, and what 200 of them leave of the start.
    expect(Math.abs(corrected / exact - 1)).toBeLessThan(5 * Math.sqrt(2 / 2000) + 0.03)
  })

  it('corrects nothing onto σ = 0, and is its predictor with no corrections', async () => {
    const term = reverseSde(B, vpLinear(), tanh)
    near(await take(term, predictorCorrector(), t, 0), [...(await take(term, exponentialEulerMaruyama, t, 0))])
    const plain = predictorCorrector({ predictor: shark, corrections: 0 })
    expect([plain.order, plain.strongOrder, plain.evaluationsPerStep]).toEqual([2, 1.5, 2])
    near(await take(term, plain, t, s), [...(await take(term, shark, t, s))])
    expect([predictorCorrector({ predictor: shark }).order, predictorCorrector({ predictor: shark }).strongOrder]).toEqual([0, undefined])
  })

  it('refuses settings that mean nothing, and noise that has no more than increments', () => {
    const invalid = expect.objectContaining({ _tag: 'InvalidArgument' })
    for (const options of [
      { corrections: -1 },
      { corrections: 0.5 },
      { signalToNoise: 0 },
      { signalToNoise: Number.NaN },
      { predictor: heun },
    ])
      expect(() => predictorCorrector(options)).toThrow(invalid)
    const bare: Brownian<CpuTensor> = { refines: false, increment: noise.increment }
    const term = reverseSde(B, vpLinear(), tanh)
    for (const solver of [predictorCorrector(), sra1, shark])
      expect(() => solver.step(B, term, { step: 0, t, s, x: B.full([3, 1], 1), memory: [], brownian: bare })).toThrow(
        /Brownian motion without (standardNormal|levyArea)/,
      )
    for (const solver of [predictorCorrector(), sra1, shark, exponentialEulerMaruyama, ddpmAncestral, splitting('23')])
      expect(() => solver.step(B, term, { step: 0, t, s, x: B.full([3, 1], 1), memory: [] })).toThrow(/without Brownian motion/)
  })
})

describe('a solve with noise', () => {
  it('leaves its last state and nothing else, with any of the methods, and takes chunks as it takes the whole', async () => {
    const process = ornsteinUhlenbeck()
    const term = reverseSde(B, process, tanh)
    const [rows, cut] = [5, 2]
    const whole = B.normal(key(6), [rows, 2])
    const grid = [1.5, 1.2, 0.8, 0.75, 0.1]
    for (const solver of [
      milstein,
      heunStratonovich,
      sra1,
      shark,
      exponentialEulerMaruyama,
      dpmSolverSde,
      ddpmAncestral,
      splitting('39'),
      splitting('authors', { noiseFirst: true }),
      predictorCorrector({ corrections: 2 }),
    ])
      for (const noiseOf of [
        (firstSample: number) => independentIncrements(B, key(7), { firstSample }),
        (firstSample: number) => brownianPath(B, key(7), { span: [0, 2], firstSample }),
      ]) {
        const part = B.slice(whole, 0, cut, rows)
        const before = B.liveTensors()
        const all = (await solve(B, term, { initial: whole, grid, solver, brownian: noiseOf(0) })).x
        const { x } = await solve(B, term, { initial: part, grid, solver, brownian: noiseOf(cut) })
        expect(await B.read(x)).toEqual((await B.read(all)).slice(2 * cut))
        B.free(all)
        B.free(x)
        expect(B.liveTensors()).toBe(before)
        B.free(part)
      }
  })
})
