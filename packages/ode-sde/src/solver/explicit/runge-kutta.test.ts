import { type Matrix, rectifiedFlow, vanishingLinear } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { field } from '@tweedie/score'
import { describe, expect, it } from 'vitest'
import { solve } from '../../solve/solve.js'
import { odeTerm } from '../../term/ode-term.js'
import { probabilityFlow } from '../../term/probability-flow.js'
import { B, gaussianField, gaussianFlow, logSlope, uniform } from '../../testing/test-problems.js'
import { bogackiShampine32 } from './bogacki-shampine-32.js'
import { dop853, dop853Tableau } from './dop853.js'
import { dormandPrince54 } from './dormand-prince-54.js'
import { midpoint } from './midpoint.js'
import { ralston } from './ralston.js'
import { explicitRungeKutta } from './runge-kutta.js'
import { rungeKutta4 } from './runge-kutta-4.js'
import { tsitouras54 } from './tsitouras-54.js'

const solvers = [midpoint, ralston, rungeKutta4, bogackiShampine32, dormandPrince54, tsitouras54, dop853]
const pairs = [bogackiShampine32, dormandPrince54, tsitouras54, dop853]
/** The order of x(t + θh); its error over one step is O(h^(order+1)). */
const insideOrder: Readonly<Record<string, number>> = {
  midpoint: 2,
  ralston: 2,
  rungeKutta4: 3,
  bogackiShampine32: 3,
  dormandPrince54: 4,
  tsitouras54: 4,
  dop853: 7,
}

/** dx/dt = cos(t) x² from x = 1/(2 − sin t): x(t) = 1/(c − sin t), one column per c. */
const term = odeTerm(B, (x, t) => B.mul(B.square(x), Math.cos(t)))
const exact = (t: number): number[] => [2, 1.6].map((c) => 1 / (c - Math.sin(t)))
const stateAt = (t: number): Matrix<CpuTensor> => B.tensor(exact(t), [1, 2])
const worst = (values: Iterable<number>, t: number): number =>
  Math.max(...[...values].map((value, k) => Math.abs(value - (exact(t)[k] as number))))

/** One step from the exact state at t, with the memory that the method starts with. */
const oneStep = (solver: (typeof solvers)[number], t: number, s: number, dense = false) =>
  B.scope(() => {
    const x = stateAt(t)
    const memory = solver.start?.(B, term, { x, t }).memory ?? []
    return { start: x, memory, result: B.scope(() => solver.step(B, term, { step: 0, t, s, x, memory, dense })) }
  })

/** Step sizes at which the next term adds little to the slope and rounding, 1e-16, does not show: in the inside of order 7 it does below 0.15. */
const sizes = (order: number): number[] => (order < 6 ? [0.08, 0.06, 0.04, 0.03, 0.02] : [0.3, 0.26, 0.22, 0.19, 0.16])

for (const solver of solvers)
  describe(solver.name, () => {
    it.each([1, -1])('gives the state inside a step, to its order, where it is asked for; direction %d', async (direction) => {
      const order = insideOrder[solver.name] as number
      const t = 0.3
      for (const theta of [0.27, 0.61]) {
        const errors: number[] = []
        for (const h of sizes(order)) {
          const { result } = oneStep(solver, t, t + direction * h, true)
          const at = t + direction * theta * h
          errors.push(worst(await B.read(B.scope(() => result.dense?.at(at) as Matrix<CpuTensor>)), at))
        }
        // Half an order for the next term of the error at these sizes; a coefficient that is wrong costs a whole one.
        expect(Math.abs(logSlope(sizes(order), errors) - (order + 1))).toBeLessThan(order < 6 ? 0.25 : 0.5)
      }
    })

    it('has the ends of the step at the ends of the inside, and frees to nothing', async () => {
      const before = B.liveTensors()
      const { start, memory, result } = oneStep(solver, 0.3, 0.9, true)
      const [first, last] = [result.dense?.at(0.3), result.dense?.at(0.9)] as [Matrix<CpuTensor>, Matrix<CpuTensor>]
      expect(await B.read(first)).toEqual(await B.read(start))
      const end = await B.read(result.x)
      for (const [k, value] of (await B.read(last)).entries()) expect(Math.abs(value - (end[k] as number))).toBeLessThan(1e-14)
      const held = [
        start,
        first,
        last,
        result.x,
        ...[...memory, ...(result.memory ?? [])].map(({ value }) => value),
        ...(result.dense?.tensors ?? []),
      ]
      for (const tensor of new Set([...held, ...(result.error ? [result.error] : [])])) B.free(tensor)
      expect(B.liveTensors()).toBe(before)
    })

    it('does not make the inside where it is not asked for', () => {
      const { result } = oneStep(solver, 0.3, 0.9)
      expect(result.dense).toBeUndefined()
      expect(result.evaluations).toBe(solver.evaluationsPerStep)
      expect(oneStep(solver, 0.3, 0.9, true).result.evaluations).toBe(solver.evaluationsPerStep + (solver === dop853 ? 3 : 0))
    })

    it('comes back where it came from', async () => {
      const forth = await solve(B, term, { initial: stateAt(1.2), grid: uniform(1.2, 0.2, 40), solver })
      expect(worst(await B.read(forth.x), 0.2)).toBeLessThan(1e-3)
      let state = { x: forth.x, memory: solver.start?.(B, term, { x: forth.x, t: 0.2 }).memory ?? [] }
      for (let k = 0; k < 40; k++) {
        const { x, memory = [] } = solver.step(B, term, { step: k, t: 0.2 + k / 40, s: 0.2 + (k + 1) / 40, ...state })
        state = { x, memory }
      }
      expect(worst(await B.read(state.x), 1.2)).toBeLessThan(1e-3)
    })

    it('ends with an exponential Euler step where σ = 0, and lands on a point mass', async () => {
      const denoise = field(B, 'denoiser', (x) => B.add(B.mul(x, 0), 0.3))
      for (const process of [vanishingLinear(), rectifiedFlow()]) {
        const flow = probabilityFlow(B, process, denoise)
        const { x, statistics } = await solve(B, flow, { initial: B.tensor([1, -4], [2, 1]), grid: uniform(1, 0, 5), solver })
        for (const value of await B.read(x)) expect(value).toBeCloseTo(0.3, 12)
        const last = solver.errorOrder === undefined ? 1 : 2
        expect(statistics.evaluations).toBe((solver.start ? 1 : 0) + 4 * solver.evaluationsPerStep + last)
      }
    })
  })

describe.each(pairs)('the pair $name', (solver) => {
  it.each([1, -1])('estimates its error with the declared order; direction %d', async (direction) => {
    const errors: number[] = []
    for (const h of sizes(4)) {
      const { error } = oneStep(solver, 0.3, 0.3 + direction * h).result
      errors.push(Math.max(...(await B.read(error as Matrix<CpuTensor>)).map(Math.abs)))
    }
    const expected = (solver.errorOrder as number) + 1
    expect(Math.abs(logSlope(sizes(4), errors) - expected)).toBeLessThan(0.25)
  })

  it('has the first velocity from the step before, to the bit, or takes it itself', async () => {
    const first = oneStep(solver, 0.3, 0.5).result
    const [remembered, forgotten, old] = [first.memory ?? [], [], [{ time: 0.4, value: stateAt(2) }]].map((memory) =>
      solver.step(B, term, { step: 1, t: 0.5, s: 0.6, x: first.x, memory }),
    ) as [typeof first, typeof first, typeof first]
    expect([remembered, forgotten, old].map(({ evaluations }) => evaluations - solver.evaluationsPerStep)).toEqual([0, 1, 1])
    for (const { x } of [forgotten, old]) expect(await B.read(x)).toEqual(await B.read(remembered.x))
  })

  it('takes a rejected step again from the same memory', async () => {
    const { start, memory } = oneStep(solver, 0.3, 0.9)
    const step = (s: number) => B.scope(() => solver.step(B, term, { step: 0, t: 0.3, s, x: start, memory }).x)
    step(0.9)
    expect(await B.read(step(0.4))).toEqual(await B.read(oneStep(solver, 0.3, 0.4).result.x))
  })

  it('estimates the error of a step onto σ = 0, of order 1, and has the state inside it', async () => {
    const process = rectifiedFlow()
    const law = { mean: [1, -2], variance: [0.25, 2] }
    const flow = probabilityFlow(B, process, gaussianField(law, process))
    const exactFrom = (t: number, s: number): number[] => gaussianFlow(law, process, t, s, gaussianFlow(law, process, 1, t, [0.3, -1]))
    const off = async (x: Matrix<CpuTensor>, exactly: readonly number[]): Promise<number> =>
      Math.max(...(await B.read(x)).map((value, k) => Math.abs(value - (exactly[k] as number))))
    const times = [0.04, 0.03, 0.02, 0.015, 0.01]
    const [estimates, errors, inside]: [number[], number[], number[]] = [[], [], []]
    for (const t of times) {
      const x = B.tensor(exactFrom(t, t), [1, 2])
      const result = solver.step(B, flow, { step: 0, t, s: 0, x, memory: [], dense: true })
      estimates.push(await off(result.error as Matrix<CpuTensor>, [0, 0]))
      errors.push(await off(result.x, exactFrom(t, 0)))
      const at = (time: number): Matrix<CpuTensor> => result.dense?.at(time) as Matrix<CpuTensor>
      inside.push(Math.max(await off(at(0.7 * t), exactFrom(t, 0.7 * t)), await off(at(0.2 * t), exactFrom(t, 0.2 * t))))
      expect(await off(at(t), exactFrom(t, t))).toBe(0)
      expect(await off(at(0), [...(await B.read(result.x))])).toBe(0)
    }
    // Local errors of order 2, with the next term of the error at times up to 0.04.
    for (const sequence of [estimates, errors, inside]) expect(Math.abs(logSlope(times, sequence) - 2)).toBeLessThan(0.15)
    // Half the length, a quarter of the error, two times: one step is off by twice what two are, so the estimate is the error itself.
    estimates.forEach((estimate, k) => {
      expect(estimate / (errors[k] as number)).toBeGreaterThan(0.8)
      expect(estimate / (errors[k] as number)).toBeLessThan(1.5)
    })
  })
})

describe('dop853', () => {
  it('joins its two estimates entry by entry, and never below the number of the book', async () => {
    const { difference, coarser = [] } = dop853Tableau.embedded ?? { difference: [] }
    const [t, s] = [0.3, 1.1]
    const { result } = oneStep(dop853, t, s)
    // The stages once more, in numbers.
    const slopes: number[][] = []
    for (const [i, row] of dop853Tableau.stages.entries()) {
      const time = t + (dop853Tableau.nodes[i] as number) * (s - t)
      slopes.push(
        exact(t).map((x, k) => Math.cos(time) * (x + (s - t) * row.reduce((sum, a, j) => sum + a * (slopes[j]?.[k] as number), 0)) ** 2),
      )
    }
    const estimate = (weights: readonly number[]) =>
      exact(t).map((_, k) => (s - t) * weights.reduce((sum, b, i) => sum + b * (slopes[i]?.[k] as number), 0))
    const [five, three] = [estimate(difference), estimate(coarser)]
    const joined = five.map((e, k) => e ** 2 / Math.hypot(e, 0.1 * (three[k] as number)))
    const error = await B.read(result.error as Matrix<CpuTensor>)
    // Both estimates are differences of numbers of size 10, rounded at 1e-15.
    for (const [k, value] of error.entries())
      expect(Math.abs(value - (joined[k] as number))).toBeLessThan(1e-9 * (joined[k] as number) + 1e-15)
    const squares = (values: readonly number[]) => values.reduce((sum, value) => sum + value ** 2, 0)
    const book = squares(five) / Math.sqrt(2 * (squares(five) + 0.01 * squares(three)))
    expect(Math.sqrt(squares(joined) / 2)).toBeGreaterThanOrEqual(book)
  })

  it('has no error, and no NaN, where nothing moves', async () => {
    const still = odeTerm(B, (x) => B.mul(x, 0))
    const { error } = dop853.step(B, still, { step: 0, t: 1, s: 0, x: stateAt(0), memory: [] })
    expect([...(await B.read(error as Matrix<CpuTensor>))]).toEqual([0, 0])
  })
})

describe('explicitRungeKutta', () => {
  const kutta3 = { name: 'kutta3', order: 3, nodes: [0, 0.5, 1], stages: [[], [0.5], [-1, 2]], weights: [1 / 6, 2 / 3, 1 / 6] }

  it('makes a method of any explicit tableau', async () => {
    // Simpson's rule for a velocity of time alone, and three terms of the exponential series.
    const x = B.tensor([1], [1, 1])
    const cubic = odeTerm(B, (y, t) => B.add(B.mul(y, 0), 4 * t ** 3))
    const decay = odeTerm(B, (y) => B.neg(y))
    const step = async (of: typeof cubic) =>
      (await B.read(explicitRungeKutta(kutta3).step(B, of, { step: 0, t: 0.7, s: 0, x, memory: [] }).x))[0]
    expect(await step(cubic)).toBeCloseTo(1 - 0.7 ** 4, 14)
    expect(await step(decay)).toBeCloseTo(1 + 0.7 + 0.7 ** 2 / 2 + 0.7 ** 3 / 6, 14)
  })

  it.each([
    ['nodes that are no sums', { nodes: [0, 0.4, 1] }, /row 2 sums to 0.5/],
    ['a stage that uses itself', { stages: [[], [0.25, 0.25], [-1, 2]] }, /2 coefficients in row 2/],
    ['weights that do not sum to 1', { weights: [1 / 6, 2 / 3] }, /the weights sum to/],
    ['a weight too many', { weights: [1 / 6, 2 / 3, 1 / 6, 0] }, /4 weights for 3 stages/],
    ['an estimate with a weight too many', { embedded: { order: 2, difference: [0, 0, 0, 0] } }, /4 weights for 3 stages/],
    ['no stages', { stages: [], nodes: [] }, /0 stages/],
    ['a NaN', { weights: [Number.NaN, 1, 0] }, /the weights sum to NaN/],
  ])('refuses %s', (_, change, message) => {
    expect(() => explicitRungeKutta({ ...kutta3, ...change })).toThrow(message)
  })
})
