import type { Backend, Matrix } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { describe, expect, test } from 'vitest'
import { LawBroken, testLaws } from '../law.js'
import type { LawfulSolver, LawfulTerm, SolverLawOptions } from './lawful-solver.js'
import { solverLaws } from './solver-laws.js'

const B = cpu()

const velocity = <N>(B: Backend<N>, term: LawfulTerm<N>, x: Matrix<N>, t: number): Matrix<N> =>
  B.add(B.mul(x, term.linear(t)), B.mul(term.nonlinear(x, t), term.gain(t)))
const along = <N>(B: Backend<N>, x: Matrix<N>, h: number, v: Matrix<N>): Matrix<N> => B.add(x, B.mul(v, h))

type Step = LawfulSolver['step']
const method = (order: number, evaluationsPerStep: number, step: Step, more: Partial<LawfulSolver> = {}): LawfulSolver => ({
  name: 'mine',
  order,
  kind: 'ode',
  evaluationsPerStep,
  step,
  ...more,
})

const eulerStep: Step = (B, term, { t, s, x }) => ({ x: along(B, x, s - t, velocity(B, term, x, t)), evaluations: 1 })

/** Heun's method with any factor on the sum of its two slopes, the second taken at the time `at` picks. */
const heunStep =
  (factor = 0.5, at: (t: number, s: number) => number = (_, s) => s): Step =>
  (B, term, { t, s, x }) => {
    const first = velocity(B, term, x, t)
    const second = velocity(B, term, along(B, x, s - t, first), at(t, s))
    return { x: along(B, x, factor * (s - t), B.add(first, second)), evaluations: 2 }
  }

/** Exponential Euler with any factor on the weight. */
const exponentialStep =
  (factor = 1): Step =>
  (B, term, { t, s, x }) => ({
    x: B.add(B.mul(x, term.propagator(t, s)), B.mul(term.nonlinear(x, t), factor * term.weight(t, s))),
    evaluations: 1,
  })

/** The exponential two-step method with any ratio for its extrapolation, from the two steps h and h′ along the clock. */
const twoStep =
  (ratioOf: (h: number, before: number) => number = (h, before) => h / (2 * before)): Step =>
  (B, term, { t, s, x, memory }) => {
    const value = term.nonlinear(x, t)
    const at = term.clock?.at ?? ((time: number) => time)
    const before = memory[0]
    const ratio = before === undefined ? 0 : ratioOf(at(s) - at(t), at(t) - at(before.time))
    const middle = before === undefined ? value : B.sub(B.mul(value, 1 + ratio), B.mul(before.value, ratio))
    return {
      x: B.add(B.mul(x, term.propagator(t, s)), B.mul(middle, term.weight(t, s))),
      memory: [{ time: t, value }],
      evaluations: 1,
    }
  }

/** The method of Kutta, order 4. */
const fourStages: Step = (B, term, { t, s, x }) => {
  const h = s - t
  const a = velocity(B, term, x, t)
  const b = velocity(B, term, along(B, x, h / 2, a), t + h / 2)
  const c = velocity(B, term, along(B, x, h / 2, b), t + h / 2)
  const d = velocity(B, term, along(B, x, h, c), s)
  return { x: along(B, x, h / 6, B.add(B.add(a, d), B.mul(B.add(b, c), 2))), evaluations: 4 }
}

/** Euler–Maruyama with any factor on the noise. */
const noisy =
  (factor = 1): Step =>
  (B, term, { step, t, s, x, brownian }) => ({
    x: along(
      B,
      along(B, x, s - t, velocity(B, term, x, t)),
      factor * (term.diffusion?.(t) as number),
      brownian?.increment({ step, t, s }, B.shape(x)) as typeof x,
    ),
    evaluations: 1,
  })
const stochastic = { kind: 'sde', strongOrder: 1 } as const

/** The laws that a method breaks, by name, with what each says. */
const broken = async (solver: LawfulSolver, options: SolverLawOptions = {}): Promise<Record<string, string>> => {
  const found: Record<string, string> = {}
  for (const law of solverLaws(B, solver, { steps: [16, 24, 36, 54], ...options })) {
    const outcome = await law.check({ seed: 1, runs: 10 }).catch((error: unknown) => error)
    if (outcome !== undefined) {
      if (!(outcome instanceof LawBroken)) throw outcome
      found[law.name] = outcome.message
    }
  }
  return found
}
const names = async (solver: LawfulSolver, options: SolverLawOptions = {}): Promise<string[]> => Object.keys(await broken(solver, options))

const orders = [
  'the order is that claimed on x′ = −x',
  'the order is that claimed on x′ = −2t x²',
  'the order is that claimed on steps of 1 and 3 in turn',
  'the order is that claimed on the probability flow of a mixture',
]

describe('solverLaws hold', () => {
  const sound: readonly (readonly [string, LawfulSolver, SolverLawOptions])[] = [
    ["for Euler's method", method(1, 1, eulerStep), {}],
    ["for Heun's method", method(2, 2, heunStep()), {}],
    ['for the exponential Euler method', method(1, 1, exponentialStep()), { exponential: true }],
    ['for the exponential two-step method', method(2, 1, twoStep()), { exponential: true }],
    ["for Kutta's method", method(4, 4, fourStages), {}],
    ['for the Euler–Maruyama method', method(1, 1, noisy(), stochastic), {}],
  ]
  for (const [what, solver, options] of sound) describe(what, () => testLaws(test, solverLaws(B, solver, options), { seed: 1, runs: 20 }))

  test('on float64 alone', () => {
    expect(() => solverLaws(cpu({ dtype: 'float32' }), method(1, 1, eulerStep))).toThrow(/float32.*use cpu\(\)/s)
  })

  test('over the step counts that are given', async () => {
    const found = await broken(method(2, 1, eulerStep), { steps: [20, 30, 45] })
    expect(found[orders[0] as string]).toMatch(/at 20 steps, .* at 30 steps, .* at 45 steps/)
  })

  test('and leave no tensor', async () => {
    const before = B.liveTensors()
    await names(method(2, 1, twoStep()))
    await names(method(1, 1, noisy(), stochastic))
    expect(B.liveTensors()).toBe(before)
  })
})

describe('solverLaws catch', () => {
  test('an order where there is no error', async () => {
    // For x′ = −x its error at 700 steps is 1e-13, which is rounding.
    const [first] = solverLaws(B, method(4, 4, fourStages), { steps: [700, 800, 900] }).filter(({ name }) => name === orders[0])
    await expect(first?.check()).rejects.toThrow(/has no error to measure/)
  })

  test('Heun without its ½', async () => {
    const found = await broken(method(2, 2, heunStep(1)))
    expect(Object.keys(found)).toEqual(expect.arrayContaining(['a constant velocity is followed exactly', ...orders]))
  })

  test('a first-order method that claims second order, and says both with the errors', async () => {
    const found = await broken(method(2, 1, eulerStep))
    expect(Object.keys(found)).toEqual(orders)
    expect(found[orders[1] as string]).toMatch(
      /mine claims order 2 and has (0\.9\d|1\.0\d): errors \d\.\d\de-\d at 16 steps, .* at 54 steps/,
    )
  })

  test('a second-order method that claims first order', async () => {
    expect(await names(method(1, 2, heunStep()))).toEqual(orders)
  })

  test('a second-order method that claims order 5, or 8, which is measured on longer problems', async () => {
    expect(await names(method(5, 2, heunStep()))).toEqual(orders)
    expect(await names(method(8, 2, heunStep()))).toEqual(orders.map((name) => name.replace('x′ = −2t x²', 'x′ = x − x²')))
  })

  test('a second slope taken at the first time, where time matters', async () => {
    expect(
      await names(
        method(
          2,
          2,
          heunStep(0.5, (t) => t),
        ),
      ),
    ).toEqual(orders.slice(1))
  })

  test('DDIM with the sign of its weight turned', async () => {
    expect(await names(method(1, 1, exponentialStep(-1)), { exponential: true })).toEqual(
      expect.arrayContaining([
        'a constant velocity is followed exactly',
        'two short steps move by the velocity',
        'the linear part and a constant are solved exactly',
        ...orders,
      ]),
    )
  })

  test('a Runge–Kutta method that says it is exponential', async () => {
    expect(await names(method(2, 2, heunStep()), { exponential: true })).toEqual(['the linear part and a constant are solved exactly'])
  })

  test('2M with a ratio that is wrong everywhere, and with one that takes steps for equal', async () => {
    expect(
      await names(
        method(
          2,
          1,
          twoStep((h, before) => h / before),
        ),
      ),
    ).toEqual(orders)
    expect(
      await names(
        method(
          2,
          1,
          twoStep(() => 0.5),
        ),
      ),
    ).toContain('the order is that claimed on steps of 1 and 3 in turn')
  })

  test('Euler–Maruyama with √2 too much noise', async () => {
    expect(await names(method(1, 1, noisy(Math.SQRT2), stochastic))).toEqual([
      'without a drift the noise is diffusion (W_s − W_t)',
      'mean and variance of an Ornstein–Uhlenbeck process are the exact ones',
      'the order is that claimed in the second moment (weak)',
      'the order is that claimed along a path (strong)',
    ])
  })

  test('noise that does not come from the path it is given', async () => {
    let draws = 0
    const own: Step = (B, term, { t, s, x }) => ({
      x: along(
        B,
        along(B, x, s - t, velocity(B, term, x, t)),
        term.diffusion?.(t) as number,
        B.mul(B.add(B.mul(x, 0), Math.sin(++draws)), Math.sqrt(t - s)),
      ),
      evaluations: 1,
    })
    expect(await names(method(1, 1, own, stochastic))).toEqual(
      expect.arrayContaining([
        'the same noise gives the same path, another key another',
        'without a drift the noise is diffusion (W_s − W_t)',
      ]),
    )
  })

  test('a strong order that is not there', async () => {
    expect(await names(method(1, 1, noisy(), { kind: 'sde', strongOrder: 1.5 }))).toEqual([
      'the order is that claimed along a path (strong)',
    ])
  })

  test('a memory that grows', async () => {
    const hoarding: Step = (B, term, { t, s, x, memory }) => {
      const value = velocity(B, term, x, t)
      return { x: along(B, x, s - t, value), memory: [{ time: t, value }, ...memory], evaluations: 1 }
    }
    expect(await names(method(1, 1, hoarding))).toEqual(['the memory does not grow, and no tensor is left'])
  })

  test('a tensor that is left behind', async () => {
    const leaking: Step = (B, term, input) => {
      // Made when the step is over and its scope is closed.
      queueMicrotask(() => B.full([1, 1], 0))
      return eulerStep(B, term, input)
    }
    expect(await names(method(1, 1, leaking))).toEqual(['the memory does not grow, and no tensor is left'])
  })

  test('a state that is written to', async () => {
    const writing: Step = (B, term, input) => {
      const result = eulerStep(B, term, input)
      const { data } = input.x as unknown as { readonly data: Float64Array }
      data[0] = 0
      return result
    }
    expect(await names(method(1, 1, writing))).toContain('a step leaves what it is given as it is')
  })

  test('rows that are mixed', async () => {
    const mixing: Step = (B, term, { t, s, x }) => {
      const [rows] = B.shape(x)
      const mean = B.div(B.sum(velocity(B, term, x, t), 0, true), rows)
      return { x: along(B, x, s - t, B.add(B.mul(x, 0), mean)), evaluations: 1 }
    }
    expect(await names(method(1, 1, mixing))).toContain('rows are integrated alone')
  })

  test('a state kept between runs', async () => {
    let last = 0
    const remembering: Step = (B, term, input) => {
      const result = eulerStep(B, term, input)
      last = (last + 1) % 17
      return { ...result, x: B.add(result.x, last * 1e-15) }
    }
    expect(await names(method(1, 1, remembering))).toEqual(['a run repeats to the bit'])
  })

  test('evaluations that are not counted, or not declared', async () => {
    const uncounted: Step = (B, term, input) => ({ ...heunStep()(B, term, input), evaluations: 1 })
    expect(await names(method(2, 1, uncounted))).toEqual(['evaluations are as declared'])
    expect(await names(method(2, 1, heunStep()))).toEqual(['evaluations are as declared'])
  })

  test('a limit on single entries, which turns with no change of coordinates', async () => {
    const clipping: Step = (B, term, input) => {
      const { x, evaluations } = eulerStep(B, term, input)
      return { x: B.minimum(x, 1.5), evaluations }
    }
    expect(await names(method(1, 1, clipping))).toContain('a linear change of the state goes through')
  })

  test('a step that looks at the hour', async () => {
    const timed: Step = (B, term, { t, s, x }) => ({ x: along(B, x, (s - t) * (1 + (s - t) * t), velocity(B, term, x, t)), evaluations: 1 })
    expect(await names(method(1, 1, timed))).toContain('an equation without time has no clock of its own')
  })

  test('a step of nothing that divides by it', async () => {
    const dividing: Step = (B, term, input) => {
      const { x, evaluations } = eulerStep(B, term, input)
      return { x: B.add(input.x, B.mul(B.div(B.sub(x, input.x), input.s - input.t), input.s - input.t)), evaluations }
    }
    expect(await names(method(1, 1, dividing))).toEqual(['a step onto the same time changes nothing, or is refused'])
  })
})
