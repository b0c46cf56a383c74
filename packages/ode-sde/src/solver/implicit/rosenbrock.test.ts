import { vanishingLinear } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { field } from '@tweedie/score'
import { describe, expect, it } from 'vitest'
import { solve } from '../../solve/solve.js'
import { odeTerm } from '../../term/ode-term.js'
import { probabilityFlow } from '../../term/probability-flow.js'
import type { Term } from '../../term/term.js'
import { B, logSlope, uniform } from '../../testing/test-problems.js'
import type { Solver } from '../solver.js'
import { rosenbrock } from './rosenbrock.js'

/** One step from x at t to s, read back. */
const step = async (solver: Solver, term: Term<CpuTensor>, x: readonly number[], columns: number, t: number, s: number) => {
  const input = { step: 0, t, s, x: B.tensor(x, [x.length / columns, columns]), memory: [], dense: true }
  const { x: end, error, evaluations, dense } = solver.step(B, term, input)
  return { x: await B.read(end), error: error && (await B.read(error)), evaluations, dense }
}

/** Prothero & Robinson 1974: x′ = λ(x − cos u) − sin u in u = −t, so in falling t. From 1, the solution is cos t for any λ. */
const protheroRobinson = (lambda: number): Term<CpuTensor> =>
  odeTerm(B, (x, t) => B.sub(Math.sin(-t), B.mul(B.sub(x, Math.cos(t)), lambda)))

describe('rosenbrock: stability', () => {
  it('forgets a component that decays infinitely fast, at any step (L-stability)', async () => {
    const damping: number[] = []
    for (const rate of [1e2, 1e4, 1e6, 1e8]) {
      const { x } = await step(
        rosenbrock(),
        odeTerm(B, (y) => B.mul(y, -rate)),
        [1],
        1,
        0,
        1,
      )
      damping.push(Math.abs(x[0] as number))
      // R(z) = 9.33/|z| + O(z⁻²): the degree of its numerator is one below that of its denominator.
      expect(damping.at(-1)).toBeLessThan(10 / rate)
    }
    for (let k = 1; k < damping.length; k++) expect(damping[k]).toBeLessThan((damping[k - 1] as number) / 50)
  })

  it('lets no oscillation grow, however fast (A-stability: |R(iy)| ≤ 1)', async () => {
    const rates = Array.from({ length: 60 }, (_, k) => 10 ** (-1 + k / 10))
    for (const rate of rates) {
      const rotation = odeTerm(B, (y) => B.matMul(y, B.tensor([0, rate, -rate, 0], [2, 2])))
      const jacobian = () => B.tensor([0, -rate, rate, 0], [1, 2, 2])
      const { x } = await step(rosenbrock({ jacobian }), rotation, [1, 0], 2, 0, 1)
      // The elimination rounds numbers of the size of the rate once or twice.
      expect(Math.hypot(...x)).toBeLessThan(1 + 1e-12)
    }
  })

  it('is as accurate backwards in time as forwards', async () => {
    const [down, up] = [-1, 1].map((sign) => odeTerm(B, (y, t) => B.mul(B.add(B.square(y), Math.sin(sign * t)), sign))) as [
      Term<CpuTensor>,
      Term<CpuTensor>,
    ]
    const [a, b] = [await step(rosenbrock(), down, [0.3], 1, -0.2, -0.5), await step(rosenbrock(), up, [0.3], 1, 0.2, 0.5)]
    expect(a.x[0]).toBeCloseTo(b.x[0] as number, 15)
    expect(a.error?.[0]).toBeCloseTo(b.error?.[0] as number, 15)
  })
})

describe('rosenbrock: accuracy on stiff equations', () => {
  const steps = [10, 20, 40, 80]
  /** The largest error over [0, 2], with the exact Jacobian. */
  const worst = async (lambda: number, count: number): Promise<number> => {
    const { x, saved } = await solve(B, protheroRobinson(lambda), {
      initial: B.tensor([1], [1, 1]),
      grid: uniform(0, -2, count),
      solver: rosenbrock({ jacobian: () => B.full([1, 1, 1], -lambda) }),
      save: 'all',
    })
    B.free(x)
    const errors = await Promise.all(saved.map(async ({ time, x: at }) => Math.abs(((await B.read(at))[0] as number) - Math.cos(time))))
    return Math.max(...errors)
  }
  const slope = async (lambda: number): Promise<{ readonly order: number; readonly errors: readonly number[] }> => {
    const errors: number[] = []
    for (const count of steps) errors.push(await worst(lambda, count))
    const order = logSlope(
      steps.map((count) => 1 / count),
      errors,
    )
    return { order, errors }
  }

  it('has order 4 on Prothero–Robinson at λ = −1, and 3 with an error like 1/|λ| where it is stiff', async () => {
    expect((await slope(-1)).order).toBeCloseTo(4, 1)
    const [stiff, stiffer] = [await slope(-1e4), await slope(-1e5)]
    expect(Math.abs(stiff.order - 3)).toBeLessThan(0.15)
    expect(Math.abs(stiffer.order - 3)).toBeLessThan(0.15)
    expect((stiff.errors[0] as number) / (stiffer.errors[0] as number)).toBeGreaterThan(9)
    expect(stiff.errors[0]).toBeLessThan(4e-9)
  })
})

describe('rosenbrock: derivatives', () => {
  const turning = odeTerm(B, (x, t) => B.add(B.sin(B.matMul(x, B.tensor([0.3, 1, -1, 0.2], [2, 2]))), Math.cos(3 * t)))
  const at = [0.4, -1, 2, 0.3, 0, 0]

  it('cost 2 D evaluations and 2 where they are not given', async () => {
    const zeros = { jacobian: () => B.full([3, 2, 2], 0), timeDerivative: () => B.full([3, 2], 0) }
    for (const [options, expected, declared] of [
      [{}, 12, 10],
      [{ jacobian: zeros.jacobian }, 8, 8],
      [{ timeDerivative: zeros.timeDerivative }, 10, 8],
      [zeros, 6, 6],
    ] as const) {
      const solver = rosenbrock<CpuTensor>(options)
      expect(solver.evaluationsPerStep).toBe(declared)
      let calls = 0
      const counting = odeTerm(B, (x, t) => {
        calls++
        return turning.nonlinear(x, t)
      })
      expect((await step(solver, counting, at, 2, 0.5, 0.2)).evaluations).toBe(expected)
      expect(calls).toBe(expected)
    }
  })

  it('by differences are as good as exact ones', async () => {
    const exact = rosenbrock<CpuTensor>({
      // ∂/∂x_j sin(Σ_j x_j K_ji): K_ji cos(…) at row i, column j.
      jacobian: (x) =>
        B.scope(() => {
          const K = B.tensor([0.3, 1, -1, 0.2], [2, 2])
          const slope = B.reshape(B.cos(B.matMul(x, K)), [3, 2, 1])
          return B.mul(slope, B.reshape(B.transpose(K), [1, 2, 2]))
        }),
      timeDerivative: (x, t) => B.add(B.mul(x, 0), -3 * Math.sin(3 * t)),
    })
    const [a, b] = [await step(rosenbrock(), turning, at, 2, 0.5, 0.2), await step(exact, turning, at, 2, 0.5, 0.2)]
    // The Jacobian is off by 4e-11, the time derivative by κ²h³ f‴/3 = 1.4e-7 and both enter times h²γ with small weights.
    a.x.forEach((value, k) => expect(Math.abs(value - (b.x[k] as number))).toBeLessThan(1e-8))
  })

  it('by differences need the scale of small entries', async () => {
    const [size, fast] = [1e-6, odeTerm(B, (x) => B.mul(B.sin(B.mul(x, 1e6)), -1e-6))]
    const exact = rosenbrock<CpuTensor>({ jacobian: (x) => B.reshape(B.neg(B.cos(B.mul(x, 1e6))), [1, 1, 1]) })
    const [expected = 0] = (await step(exact, fast, [size], 1, 0, 1)).x
    const off = async (scale: number): Promise<number> =>
      Math.abs(((await step(rosenbrock({ scale }), fast, [size], 1, 0, 1)).x[0] as number) / expected - 1)
    expect(await off(size)).toBeLessThan(1e-10)
    // At 1 the difference spans two periods of the sine.
    expect(await off(1)).toBeGreaterThan(1e-4)
  })

  it('by differences fit single precision', async () => {
    const single = cpu({ dtype: 'float32' })
    const input = { step: 0, t: 1, s: 0.5, memory: [] }
    const run = async (own: typeof single) => {
      const term = odeTerm(own, (x, t) => own.mul(own.square(x), -2 * t))
      return own.read(rosenbrock().step(own, term, { ...input, x: own.tensor([0.5, 0.3], [2, 1]) }).x)
    }
    const [narrow, wide] = [await run(single), await run(B)]
    // Some ten roundings of 6e-8, and ε^(2/3) = 2.4e-5 in the Jacobian, times h²γ.
    narrow.forEach((value, k) => expect(Math.abs(value - (wide[k] as number))).toBeLessThan(3e-6))
  })

  it('of another shape, backend or scale are refused with the mend', async () => {
    const run = (options: Parameters<typeof rosenbrock<CpuTensor>>[0]) => step(rosenbrock(options), turning, at, 2, 0.5, 0.2)
    await expect(run({ jacobian: () => B.full([1, 2, 2], 0) })).rejects.toThrow(/\[1, 2, 2\].*Give \[3, 2, 2\]/)
    await expect(run({ timeDerivative: () => B.full([2, 2], 0) })).rejects.toThrow(/\[2, 2\].*Give \[3, 2\]/)
    await expect(run({ jacobian: () => 3 as never })).rejects.toThrow(/no tensor of cpu/)
    for (const scale of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => rosenbrock({ scale })).toThrow(/scale/)
  })

  it('that make the system singular are reported by solve', async () => {
    // h = −0.5: I − hγJ = 0 for J = −8.
    const singular = rosenbrock<CpuTensor>({ jacobian: () => B.full([1, 1, 1], -8) })
    const term = odeTerm(B, (x) => B.neg(x))
    await expect(solve(B, term, { initial: B.full([1, 1], 1), grid: [1, 0.5], solver: singular })).rejects.toMatchObject({
      _tag: 'NotFinite',
    })
  })
})

describe('rosenbrock: what a step gives', () => {
  it('the state inside the step, with an error like h⁴, and no tensor besides', async () => {
    // x′ = −x² from 1/2 at t = 1: x(t) = 1/(t + 1).
    const sizes = [0.2, 0.1, 0.05, 0.025]
    const errors: number[] = []
    for (const h of sizes) {
      const own = cpu()
      const term = odeTerm(own, (x) => own.neg(own.square(x)))
      const x = own.full([1, 1], 0.5)
      const result = own.scope(() => rosenbrock().step(own, term, { step: 0, t: 1, s: 1 - h, x, memory: [], dense: true }))
      const { dense } = result
      if (dense === undefined) throw new Error('no state inside the step')
      // The state, the end, the error, and what the interpolant needs.
      expect(own.liveTensors()).toBe(3 + dense.tensors.length)
      const inside = async (part: number): Promise<number> => (await own.read(own.scope(() => dense.at(1 - part * h))))[0] as number
      expect(await inside(0)).toBe(0.5)
      expect(await inside(1)).toBeCloseTo((await own.read(result.x))[0] as number, 15)
      const parts = await Promise.all([0.3, 0.5, 0.8].map(async (part) => Math.abs((await inside(part)) - 1 / (2 - part * h))))
      errors.push(Math.max(...parts))
    }
    expect(Math.abs(logSlope(sizes, errors) - 4)).toBeLessThan(0.25)
  })

  it('an error estimate that shrinks as h⁴', async () => {
    const term = odeTerm(B, (x, t) => B.mul(B.square(x), -2 * t))
    const sizes = [0.1, 0.05, 0.025, 0.0125]
    const estimates: number[] = []
    for (const h of sizes) estimates.push(Math.abs((await step(rosenbrock(), term, [0.5], 1, 1, 1 - h)).error?.[0] as number))
    expect(Math.abs(logSlope(sizes, estimates) - 4)).toBeLessThan(0.25)
  })

  it('a point mass where σ = 0', async () => {
    const term = probabilityFlow(
      B,
      vanishingLinear(),
      field(B, 'denoiser', (x) => B.add(B.mul(x, 0), 0.3)),
    )
    const { x } = await solve(B, term, { initial: B.tensor([1, -4], [2, 1]), grid: uniform(1, 0, 5), solver: rosenbrock() })
    for (const value of await B.read(x)) expect(value).toBeCloseTo(0.3, 12)
  })
})
