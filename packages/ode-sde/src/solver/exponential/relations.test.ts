import { edm, type Matrix, vanishingLinear, vpLinear } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { field } from '@tweedie/score'
import { describe, expect, it } from 'vitest'
import { odeTerm } from '../../term/ode-term.js'
import { probabilityFlow } from '../../term/probability-flow.js'
import { semiLinear } from '../../term/semi-linear.js'
import type { Term } from '../../term/term.js'
import { B, gaussianField } from '../../testing/test-problems.js'
import { heun } from '../explicit/heun.js'
import type { Evaluation, Solver } from '../solver.js'
import { ddim } from './ddim.js'
import { deis } from './deis.js'
import { dpmSolver2 } from './dpm-solver-2.js'
import { dpmSolver2M } from './dpm-solver-2m.js'
import { dpmSolver3 } from './dpm-solver-3.js'
import { dpmSolver3M } from './dpm-solver-3m.js'
import { exponentialRungeKutta2 } from './exponential-runge-kutta-2.js'
import { heunEdm } from './heun-edm.js'
import { uniPC } from './uni-pc.js'

const process = vpLinear()
const denoise = field(B, 'denoiser', (x, t) => B.tanh(B.add(B.mul(x, 1 + t), 0.3)))
const flow = probabilityFlow(B, process, denoise)
const state = [0.4, -1.3, 2]
const x: Matrix<CpuTensor> = B.tensor(state, [3, 1])
const at = (time: number, value: readonly number[]): Evaluation<CpuTensor> => ({ time, value: B.tensor(value, [3, 1]) })

const step = async (solver: Solver, term: Term<CpuTensor>, t: number, s: number, memory: readonly Evaluation<CpuTensor>[] = []) =>
  B.read(solver.step(B, term, { step: 2, t, s, x, memory }).x)
const expectEqual = (actual: ArrayLike<number>, expected: ArrayLike<number>, digits = 13): void => {
  expect(actual.length).toBe(expected.length)
  Array.from(actual).forEach((value, k) => void expect(value).toBeCloseTo(expected[k] as number, digits))
}
const half = (t: number): number => process.logSnr(t) / 2
const older = at(0.7, [0.5, -0.6, 0.8])
const oldest = at(0.9, [0.1, -0.4, 0.9])

describe('members of the family that are each other', () => {
  it('deis(1) is ddim', async () => {
    for (const term of [flow, odeTerm(B, (y) => B.tanh(y))])
      for (const [t, s] of [
        [0.5, 0.3],
        [0.3, 0.5],
        [0.5, 0.5],
      ] as const)
        expectEqual(await step(deis(1), term, t, s, [older]), await step(ddim, term, t, s), 14)
  })

  it('first steps of deis(2) and dpmSolver2M are ddim', async () => {
    const expected = await step(ddim, flow, 0.5, 0.3)
    for (const solver of [deis(2), dpmSolver2M]) expectEqual(await step(solver, flow, 0.5, 0.3), expected, 14)
  })

  it('deis(2) is dpmSolver2M with φ_2 in place of φ_1/2', async () => {
    const [t, s] = [0.5, 0.3]
    const [h, before] = [half(s) - half(t), half(t) - half(0.7)]
    const m = await B.read(denoise(x, t))
    const previous = await B.read(older.value)
    const [second, multistep] = [await step(deis(2), flow, t, s, [older]), await step(dpmSolver2M, flow, t, s, [older])]
    // φ_2(−h) h = 1 + (e^(−h) − 1)/h and φ_1(−h) h/2 = (1 − e^(−h))/2, times α_s (m − m′)/h′ h.
    const change = process.alpha(s) * (1 + Math.expm1(-h) / h + Math.expm1(-h) / 2) * (h / before)
    expectEqual(
      second,
      multistep.map((value, k) => value + change * ((m[k] as number) - (previous[k] as number))),
      12,
    )
    expect(Math.abs((second[0] as number) - (multistep[0] as number))).toBeGreaterThan(1e-4)
  })

  it('deis(2) is dpmSolver2M where there is no linear part: Adams–Bashforth 2', async () => {
    const term = odeTerm(B, (y, t) => B.tanh(B.mul(y, t)))
    expectEqual(await step(deis(2), term, 0.5, 0.3, [older]), await step(dpmSolver2M, term, 0.5, 0.3, [older]))
  })

  it('dpmSolver3M is the formula of the DPM-Solver++ code with its last term doubled, and deis(3)', async () => {
    const [t, s] = [0.5, 0.3]
    const [h, h0, h1] = [half(s) - half(t), half(t) - half(0.7), half(0.7) - half(0.9)]
    const [r0, r1] = [h0 / h, h1 / h]
    const phi1 = Math.expm1(-h)
    const phi2 = phi1 / h + 1
    const phi3 = phi2 / h - 0.5
    const [m0, m1, m2] = await Promise.all([denoise(x, t), older.value, oldest.value].map((value) => B.read(value)))
    const expected = state.map((value, k) => {
      const [a, b, c] = [m0?.[k], m1?.[k], m2?.[k]] as [number, number, number]
      const [d10, d11] = [(a - b) / r0, (b - c) / r1]
      const d1 = d10 + (r0 / (r0 + r1)) * (d10 - d11)
      const d2 = (d10 - d11) / (r0 + r1)
      const alpha = process.alpha(s)
      return (process.sigma(s) / process.sigma(t)) * value - alpha * phi1 * a + alpha * phi2 * d1 - 2 * alpha * phi3 * d2
    })
    // phi3 of the formula loses 1/h² of the digits.
    expectEqual(await step(dpmSolver3M, flow, t, s, [older, oldest]), expected, 12)
    expectEqual(await step(deis(3), flow, t, s, [older, oldest]), expected, 12)
  })

  it('dpmSolver2 is DPM-Solver++ 2S, and the midpoint rule where there is no linear part', async () => {
    const [t, s] = [0.5, 0.3]
    const middle = process.timeOfLogSnr((process.logSnr(t) + process.logSnr(s)) / 2)
    const at1 = B.tensor(await step(ddim, flow, t, middle), [3, 1])
    const m1 = await B.read(denoise(at1, middle))
    const [p, w] = [flow.propagator(t, s), flow.weight(t, s)]
    expectEqual(
      await step(dpmSolver2, flow, t, s),
      state.map((value, k) => p * value + w * (m1[k] as number)),
    )
    const plain = odeTerm(B, (y, u) => B.tanh(B.mul(y, u)))
    const expected = state.map((value) => value - 0.2 * Math.tanh(0.4 * (value - 0.1 * Math.tanh(0.5 * value))))
    expectEqual(await step(dpmSolver2, plain, t, s), expected)
    expectEqual(await step(exponentialRungeKutta2, plain, t, s), expected)
  })

  it('dpmSolver3 is Heun’s third-order method where there is no linear part', async () => {
    const f = (y: number): number => Math.tanh(y)
    const h = -0.2
    const expected = state.map((y) => {
      const k1 = f(y)
      const k2 = f(y + (h / 3) * k1)
      const k3 = f(y + ((2 * h) / 3) * k2)
      return y + (h * (k1 + 3 * k3)) / 4
    })
    expectEqual(
      await step(
        dpmSolver3,
        odeTerm(B, (y) => B.tanh(y)),
        0.5,
        0.3,
      ),
      expected,
    )
  })

  it('heunEdm is heun on x/α against σ/α: it is heun under the EDM process, and follows algorithm 1 under another', async () => {
    const eulerian = probabilityFlow(B, edm({ sigmaMin: 0.01, sigmaMax: 10 }), denoise)
    expectEqual(await step(heunEdm, eulerian, 8, 3), await step(heun, eulerian, 8, 3), 12)
    const other = vanishingLinear({ floor: 0.01 })
    const [t, s] = [0.6, 0.4]
    const rho = (u: number): number => other.sigma(u) / other.alpha(u)
    const m = (y: number, u: number): number => Math.tanh(other.alpha(u) * y * (1 + u) + 0.3)
    const expected = state.map((value) => {
      const y = value / other.alpha(t)
      const d = (y - m(y, t)) / rho(t)
      const there = y + (rho(s) - rho(t)) * d
      const dThere = (there - m(there, s)) / rho(s)
      return other.alpha(s) * (y + (rho(s) - rho(t)) * 0.5 * (d + dThere))
    })
    expectEqual(await step(heunEdm, probabilityFlow(B, other, denoise), t, s), expected)
    expectEqual(
      await step(
        heunEdm,
        odeTerm(B, (y) => B.tanh(y)),
        0.5,
        0.3,
      ),
      await step(
        heun,
        odeTerm(B, (y) => B.tanh(y)),
        0.5,
        0.3,
      ),
    )
  })

  it('heunEdm refuses a term without a clock, and says what to use', () => {
    const term = semiLinear(B, { linear: () => -1, nonlinear: (y) => B.tanh(y) })
    expect(() => heunEdm.step(B, term, { step: 0, t: 1, s: 0.5, x, memory: [] })).toThrow(/without a clock.*heun or exponentialRungeKutta2/)
  })
})

describe('uniPC', () => {
  const memory = (t: number) => [{ time: t, value: denoise(x, t) }, older, oldest]
  const run = async (solver: Solver, t: number, s: number, known = 3) => {
    const seen: number[][] = []
    const looking: Term<CpuTensor> = {
      ...flow,
      nonlinear: (y, u) => {
        seen.push(Array.from(y.data as Float64Array))
        return flow.nonlinear(y, u)
      },
    }
    const result = solver.step(B, looking, { step: 3, t, s, x, memory: memory(t).slice(0, known) })
    return { result, seen, x: await B.read(result.x) }
  }

  it('predicts with bh2 as dpmSolver2M does, and with order 3 as deis(3) does', async () => {
    const [t, s] = [0.5, 0.3]
    const second = await run(uniPC(2), t, s)
    expect(second.seen.length).toBe(1)
    expectEqual(second.seen[0] as number[], await step(dpmSolver2M, flow, t, s, [older]))
    for (const variant of ['bh1', 'bh2'] as const) {
      const third = await run(uniPC(3, { variant }), t, s)
      expectEqual(third.seen[0] as number[], await step(deis(3), flow, t, s, [older, oldest]), 12)
    }
  })

  it('predicts with bh1 with h where bh2 has 1 − e^(−h)', async () => {
    const [t, s] = [0.5, 0.3]
    const h = half(s) - half(t)
    const [m0, m1] = [await B.read(denoise(x, t)), await B.read(older.value)]
    const r = -(half(t) - half(0.7)) / h
    const expected = state.map((value, k) => {
      const [now, before] = [m0[k] as number, m1[k] as number]
      const ddimStep = flow.propagator(t, s) * value + flow.weight(t, s) * now
      return ddimStep + (process.alpha(s) * h * 0.5 * (before - now)) / r
    })
    expectEqual((await run(uniPC(2, { variant: 'bh1' }), t, s)).seen[0] as number[], expected)
  })

  it('keeps the evaluation at the predicted state, and estimates its error by the correction', async () => {
    const { result, seen, x: corrected } = await run(uniPC(2), 0.5, 0.3)
    const predicted = seen[0] as number[]
    expect(result.memory?.map(({ time }) => time)).toEqual([0.3, 0.5])
    expectEqual(
      await B.read((result.memory as Evaluation<CpuTensor>[])[0]?.value as Matrix<CpuTensor>),
      await B.read(denoise(B.tensor(predicted, [3, 1]), 0.3)),
    )
    expectEqual(
      await B.read(result.error as Matrix<CpuTensor>),
      predicted.map((value, k) => (corrected[k] as number) - value),
    )
    expect(result.evaluations).toBe(1)
  })

  it('refuses orders and variants that it does not have', () => {
    expect(() => uniPC(4 as 3)).toThrow(/order 4/)
    expect(() => uniPC(2, { variant: 'bh3' as 'bh1' })).toThrow(/variant bh3/)
    expect(() => deis(5 as 4)).toThrow(/order 5/)
    expect(() => deis(1.5 as 1)).toThrow(/InvalidArgument|order 1.5/)
  })
})

describe('the estimated error of a step', () => {
  const law = { mean: [1], variance: [0.3] }
  const term = probabilityFlow(B, process, gaussianField(law, process))

  // One step of length h from t = 0.5; multistep methods get exact earlier values, so that only the step is measured.
  for (const solver of [dpmSolver2, exponentialRungeKutta2, heunEdm, dpmSolver3, deis(3), deis(4), uniPC(2), uniPC(3)])
    it(`of ${solver.name} shrinks with the power errorOrder + 1`, async () => {
      const [alpha, sigma] = [process.alpha, process.sigma]
      const spread = (u: number): number => Math.sqrt(alpha(u) ** 2 * 0.3 + sigma(u) ** 2)
      const exactState = (u: number): number => alpha(u) + (spread(u) / spread(0.5)) * 0.8
      const size = async (h: number): Promise<number> => {
        const value = (u: number) => ({ time: u, value: term.nonlinear(B.full([1, 1], exactState(u)), u) })
        const back = [0, 1, 2, 3].map((k) => value(0.5 + k * h)).slice(solver.start === undefined ? 1 : 0)
        const { error } = solver.step(B, term, { step: 5, t: 0.5, s: 0.5 - h, x: B.full([1, 1], exactState(0.5)), memory: back })
        return Math.abs((await B.read(error as Matrix<CpuTensor>))[0] as number)
      }
      const power = Math.log2((await size(0.01)) / (await size(0.005)))
      expect(Math.abs(power - ((solver.errorOrder as number) + 1))).toBeLessThan(0.3)
    })
})
