import { hostMatrix, isTweedieError, key, ornsteinUhlenbeck, sliceRows, vanishingLinear } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { cpu } from '@tweedie/core/cpu'
import { field as scoreField } from '@tweedie/score'
import { describe, expect, it } from 'vitest'
import { independentIncrements } from '../noise/brownian.js'
import { euler } from '../solver/explicit/euler.js'
import { heun } from '../solver/explicit/heun.js'
import { ddim } from '../solver/exponential/ddim.js'
import type { Solver } from '../solver/solver.js'
import { eulerMaruyama } from '../solver/stochastic/euler-maruyama.js'
import { odeTerm } from '../term/ode-term.js'
import { probabilityFlow } from '../term/probability-flow.js'
import { reverseSde } from '../term/reverse-sde.js'
import type { Term } from '../term/term.js'
import { B, gaussianField, gaussianProblem, measuredOrder, problems, uniform } from '../testing/test-problems.js'
import type { Progress } from './options.js'
import { type SolveOptions, solve } from './solve.js'

const process = ornsteinUhlenbeck()
const law = { mean: [1, -2], variance: [0.25, 2] }
const field = gaussianField(law, process)
const flow = probabilityFlow(B, process, field)
const reverse = reverseSde(B, process, field)
const ones = () => B.full([3, 2], 1)

/** The tag and message with which a solve rejects. */
const refusal = async (term: Term<CpuTensor>, options: SolveOptions<CpuTensor>): Promise<string> =>
  solve(B, term, options).then(
    () => 'no error',
    (error) => (isTweedieError(error) ? `${error._tag} ${error.message}` : `not a TweedieError: ${error}`),
  )

/**
 * A two-step exponential Adams method as a user would write one: the nonlinear part extrapolated linearly in the clock. With the clock of
 * the probability flow it is DPM-Solver++(2M) up to the moment of the weight; without a linear part it is Adams–Bashforth.
 */
const twoStep: Solver = {
  name: 'twoStep',
  order: 2,
  kind: 'ode',
  evaluationsPerStep: 1,
  step: (B, term, { t, s, x, memory }) => {
    const value = term.nonlinear(x, t)
    const { at, rate } = term.clock ?? { at: (u: number) => u, rate: 0 }
    const h = at(s) - at(t)
    const z = rate * h
    // ∫₀^h e^(−rate(h−r)) r dr over ∫₀^h e^(−rate(h−r)) dr.
    const moment = Math.abs(z) < 1e-4 ? h * (0.5 + z / 12) : h / -Math.expm1(-z) - 1 / rate
    const before = memory[0]
    const slope = before && B.div(B.sub(value, before.value), at(t) - at(before.time))
    const frozen = slope ? B.add(value, B.mul(slope, moment)) : value
    return {
      x: B.add(B.mul(x, term.propagator(t, s)), B.mul(frozen, term.weight(t, s))),
      memory: [{ time: t, value }],
      evaluations: 1,
    }
  },
}

/** Heun's method that keeps its last velocity for the next step, and estimates its error: uses `start`, `memory` and `error`. */
const reusing: Solver = {
  name: 'reusing',
  order: 1,
  kind: 'ode',
  evaluationsPerStep: 1,
  start: (_, term, { x, t }) => ({ memory: [{ time: t, value: term.nonlinear(x, t) }], evaluations: 1 }),
  step: (B, term, { t, s, x, memory }) => {
    const first = memory[0]
    if (first === undefined || first.time !== t) throw new Error(`memory at ${first?.time} for a step from ${t}`)
    const next = B.add(x, B.mul(first.value, s - t))
    const last = term.nonlinear(next, s)
    return { x: next, error: B.mul(B.sub(last, first.value), (s - t) / 2), memory: [{ time: s, value: last }], evaluations: 1 }
  },
}

describe('solve: results and statistics', () => {
  it('returns the last state, its time and what it cost', async () => {
    const { x, time, saved, statistics } = await solve(B, flow, { initial: ones(), grid: uniform(2, 0.5, 6), solver: heun })
    expect(B.shape(x)).toEqual([3, 2])
    expect(time).toBe(0.5)
    expect(saved).toEqual([])
    expect(statistics).toMatchObject({ steps: 6, accepted: 6, rejected: 0, evaluations: 12, finalTime: 0.5 })
    expect(statistics.seconds).toBeGreaterThan(0)
  })

  it('saves nothing, everything with the initial state, or what a predicate names', async () => {
    const grid = uniform(2, 0.5, 6)
    const all = await solve(B, flow, { initial: ones(), grid, solver: euler, save: 'all' })
    expect(all.saved.map(({ time }) => time)).toEqual(grid)
    expect(await B.read((all.saved[0] as { x: CpuTensor }).x)).toEqual(new Float64Array(6).fill(1))
    expect(await B.read((all.saved[6] as { x: CpuTensor }).x)).toEqual(await B.read(all.x))
    const seen: Progress[] = []
    const some = await solve(B, flow, { initial: ones(), grid, solver: euler, save: (at) => seen.push(at) > 0 && at.step % 3 === 1 })
    expect(some.saved.map(({ time }) => time)).toEqual([grid[1], grid[4]])
    expect(await B.read((some.saved[1] as { x: CpuTensor }).x)).toEqual(await B.read((all.saved[4] as { x: CpuTensor }).x))
    expect(seen).toEqual(grid.map((time, step) => ({ step, steps: 6, time })))
  })

  it('reports every step', async () => {
    const seen: Progress[] = []
    const grid = uniform(2, 0.5, 5)
    await solve(B, flow, { initial: ones(), grid, solver: ddim, onProgress: (at) => seen.push(at) })
    expect(seen).toEqual([1, 2, 3, 4, 5].map((step) => ({ step, steps: 5, time: grid[step] })))
  })

  it('carries the memory of a multistep method', async () => {
    for (const problem of problems) expect(Math.abs((await measuredOrder(twoStep, problem, [16, 24, 32, 48, 64])) - 2)).toBeLessThan(0.15)
  })

  it('starts the memory of a method that reuses its last velocity', async () => {
    const term = odeTerm(B, (x) => B.neg(x))
    const initial = B.full([1, 1], 1)
    const before = B.liveTensors()
    const { x, statistics } = await solve(B, term, { initial, grid: uniform(1, 0, 10), solver: reusing })
    expect((await B.read(x))[0]).toBeCloseTo(1.1 ** 10, 12)
    expect(statistics.evaluations).toBe(11)
    expect(B.liveTensors() - before).toBe(1)
  })
})

describe('solve: chunks', () => {
  const rows = 11
  const data = hostMatrix(
    Float64Array.from({ length: rows * 2 }, (_, k) => Math.sin(3 * k)),
    rows,
    2,
  )
  const grid = uniform(2, 0.1, 12)
  const run = async (term: Term<CpuTensor>, solver: Solver, cuts: readonly number[]): Promise<number[]> => {
    const out: number[] = []
    for (let c = 0; c + 1 < cuts.length; c++) {
      const [from, to] = [cuts[c] as number, cuts[c + 1] as number]
      const initial = B.tensor(sliceRows(data, from, to).data, [to - from, 2])
      const noise = solver.kind === 'sde' ? { key: key(9), firstSample: from } : {}
      out.push(...(await B.read((await solve(B, term, { initial, grid, solver, ...noise })).x)))
    }
    return out
  }
  for (const [term, solver] of [
    [flow, euler],
    [flow, heun],
    [flow, ddim],
    [flow, twoStep],
    [reverse, eulerMaruyama],
  ] as const)
    it(`${solver.name} gives a row the same bits in any batch`, async () => {
      const whole = await run(term, solver, [0, rows])
      expect(await run(term, solver, [0, 1, 5, 6, rows])).toEqual(whole)
      expect(new Set(whole).size).toBe(whole.length)
    })

  it('the key decides the noise, and a Brownian motion may be given instead', async () => {
    const end = async (noise: Partial<SolveOptions<CpuTensor>>) =>
      B.read((await solve(B, reverse, { initial: ones(), grid, solver: eulerMaruyama, ...noise })).x)
    expect(await end({ key: key(1) })).toEqual(await end({ brownian: independentIncrements(B, key(1)) }))
    expect(await end({ key: key(1) })).not.toEqual(await end({ key: key(2) }))
    expect(await end({ key: key(1) })).not.toEqual(await end({ key: key(1), firstSample: 1 }))
  })
})

describe('solve: stopping', () => {
  it('rejects at once when the signal has fired', async () => {
    expect(await refusal(flow, { initial: ones(), grid: [2, 1], solver: ddim, signal: AbortSignal.abort() })).toMatch(
      /^Aborted solve probabilityFlow of ornstein/,
    )
  })

  it('lets timers run, so an AbortSignal stops a long solve', async () => {
    const controller = new AbortController()
    const grid = uniform(2, 0.1, 1_000_000)
    let last = 0
    const started = performance.now()
    setTimeout(() => controller.abort(), 50)
    const outcome = await refusal(flow, {
      initial: ones(),
      grid,
      solver: ddim,
      signal: controller.signal,
      onProgress: ({ step }) => (last = step),
    })
    expect(outcome).toMatch(/^Aborted/)
    expect(last).toBeGreaterThan(0)
    expect(last).toBeLessThan(1_000_000)
    // 50 ms, a turn every 30 ms, and a slow machine; the whole solve would take over ten seconds.
    expect(performance.now() - started).toBeLessThan(3000)
  })

  it('stops from a progress callback', async () => {
    const controller = new AbortController()
    const steps: number[] = []
    const onProgress = ({ step }: Progress) => {
      steps.push(step)
      if (step === 3) controller.abort()
    }
    expect(await refusal(flow, { initial: ones(), grid: uniform(2, 0.1, 9), solver: ddim, signal: controller.signal, onProgress })).toMatch(
      /^Aborted/,
    )
    expect(steps).toEqual([1, 2, 3])
  })
})

describe('solve: what is not finite', () => {
  const failing = (value: number) => odeTerm(B, (x, t) => (t < 0.55 ? B.mul(x, value) : x))
  const grid = uniform(1, 0, 10)

  it('is reported with step, time and mend', async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e200]) {
      const message = await refusal(failing(value), { initial: ones(), grid, solver: euler, checkEvery: 1 })
      if (value === 1e200) expect(message).toMatch(/^NotFinite .*after step 7 of 10/)
      else
        expect(message).toMatch(/^NotFinite .*after step 6 of 10, at t = 0\.4.*; it was finite after step 5, at t = 0\.5\..*smaller steps/)
    }
  })

  it('is found at the next check, at the latest at the end', async () => {
    expect(await refusal(failing(Number.NaN), { initial: ones(), grid, solver: euler })).toMatch(/after step 8 of 10.*finite after step 0/)
    expect(await refusal(failing(Number.NaN), { initial: ones(), grid, solver: euler, checkEvery: 100 })).toMatch(/after step 10 of 10/)
  })

  it('is never saved', async () => {
    expect(
      await refusal(failing(Number.NaN), { initial: ones(), grid, solver: euler, checkEvery: 100, save: ({ step }) => step === 6 }),
    ).toMatch(/after step 6 of 10/)
  })

  it('is refused at the start', async () => {
    expect(await refusal(flow, { initial: B.tensor([1, Number.NaN], [1, 2]), grid: [2, 1], solver: ddim })).toMatch(
      /^NotFinite .*initial state/,
    )
  })
})

describe('solve: arguments', () => {
  const options = { initial: ones(), grid: [2, 1], solver: ddim } as const
  const cases: readonly (readonly [string, Term<CpuTensor>, SolveOptions<CpuTensor>, RegExp])[] = [
    ['an ODE solver on an SDE', reverse, options, /^InvalidArgument .*with ddim.*eulerMaruyama.*probabilityFlow/],
    ['an ODE solver on a term with half of the noise', { ...flow, diffusion: () => 1 }, options, /^InvalidArgument .*term with noise/],
    ['an SDE solver on an ODE', flow, { ...options, solver: eulerMaruyama, key: key(1) }, /^InvalidArgument .*ddim or heun/],
    ['an SDE without a key', reverse, { ...options, solver: eulerMaruyama }, /^InvalidArgument .*key\(seed\)/],
    [
      'two sources of noise',
      reverse,
      { ...options, solver: eulerMaruyama, key: key(1), brownian: independentIncrements(B, key(1)) },
      /^InvalidArgument .*one or the other/,
    ],
    [
      'a first sample below 0',
      reverse,
      { ...options, solver: eulerMaruyama, key: key(1), firstSample: -2 },
      /^InvalidArgument .*firstSample -2/,
    ],
    ['a grid that turns', flow, { ...options, grid: [2, 1, 1.5] }, /^InvalidArgument .*time 1.5 at position 2 after 1.*increase/],
    ['a grid that stays', flow, { ...options, grid: [2, 2] }, /^InvalidArgument .*time 2 at position 1 after 2/],
    ['a grid of one time', flow, { ...options, grid: [1] }, /^InvalidArgument .*a grid of 1 times/],
    ['a grid outside the process', flow, { ...options, grid: [11, 1] }, /^InvalidArgument .*from 11 to 1 leave \[0, 10\]/],
    ['an increasing grid outside the process', flow, { ...options, grid: [1, 11] }, /^InvalidArgument .*from 1 to 11 leave \[0, 10\]/],
    ['a state that is not a matrix', flow, { ...options, initial: B.tensor([1, 2], [2]) as never }, /^ShapeMismatch/],
    ['a check every 0 steps', flow, { ...options, checkEvery: 0 }, /^InvalidArgument .*checkEvery 0/],
  ]
  for (const [what, term, given, expected] of cases)
    it(`refuses ${what}`, async () => {
      expect(await refusal(term, given)).toMatch(expected)
    })

  it('lets an error of the field through as it is', async () => {
    const term = odeTerm(B, () => {
      throw new RangeError('mine')
    })
    await expect(solve(B, term, options)).rejects.toThrow(RangeError)
  })
})

describe('solve: memory', () => {
  it('leaves its results alone, over 200 solves, and never touches the initial state', async () => {
    const own = cpu()
    const source = probabilityFlow(
      own,
      vanishingLinear(),
      scoreField(own, 'denoiser', (x) => own.tanh(x)),
    )
    const initial = own.full([4, 2], 0.5)
    for (let k = 0; k < 200; k++) {
      const solver = [euler, heun, ddim, twoStep][k % 4] as Solver
      const { x, saved } = await solve(own, source, { initial, grid: uniform(1, 0.2, 3 + (k % 3)), solver, save: k % 2 ? 'all' : 'none' })
      expect(own.liveTensors()).toBe(2 + saved.length)
      own.free(x)
      for (const state of saved) own.free(state.x)
      expect(own.liveTensors()).toBe(1)
    }
    expect(await own.read(initial)).toEqual(new Float64Array(8).fill(0.5))
  })

  it('leaves nothing when it is aborted, fails or throws at any step', async () => {
    const own = cpu()
    const initial = own.full([4, 2], 0.5)
    for (let at = 1; at < 8; at++) {
      const controller = new AbortController()
      const stop = ({ step }: Progress) => {
        if (step === at) controller.abort()
      }
      const grid = uniform(1, 0, 10)
      const time = grid[at] as number
      const fine = odeTerm(own, (x) => own.neg(x))
      const nan = odeTerm(own, (x, t) => own.mul(x, t > time ? 1 : Number.NaN))
      const thrown = odeTerm(own, (x, t) => {
        const y = own.neg(x)
        if (t <= time) throw new RangeError('mine')
        return y
      })
      for (const solver of [heun, twoStep, reusing]) {
        await expect(
          solve(own, fine, { initial, grid, solver, save: 'all', signal: controller.signal, onProgress: stop }),
        ).rejects.toMatchObject({ _tag: 'Aborted' })
        await expect(solve(own, nan, { initial, grid, solver, save: 'all' })).rejects.toMatchObject({ _tag: 'NotFinite' })
        await expect(solve(own, thrown, { initial, grid, solver, save: 'all' })).rejects.toThrow('mine')
        expect(own.liveTensors()).toBe(1)
      }
    }
  })

  it('does not free a tensor that the caller keeps', async () => {
    const initial = B.tensor(gaussianProblem.initial, [2, 2])
    const { x, saved } = await solve(B, flow, { initial, grid: [2, 1, 0.1], solver: twoStep, save: 'all' })
    for (const state of saved) B.free(state.x)
    expect((await B.read(x)).every(Number.isFinite)).toBe(true)
    expect(await B.read(initial)).toEqual(Float64Array.from(gaussianProblem.initial))
  })
})
