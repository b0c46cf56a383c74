import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { edm } from '../process/edm.js'
import type { ForwardProcess } from '../process/forward-process.js'
import { ornsteinUhlenbeck } from '../process/ornstein-uhlenbeck.js'
import { rectifiedFlow } from '../process/rectified-flow.js'
import { subVp } from '../process/sub-vp.js'
import { vanishingLinear } from '../process/vanishing-linear.js'
import { varianceExploding } from '../process/variance-exploding.js'
import { vpCosine } from '../process/vp-cosine.js'
import { vpLinear } from '../process/vp-linear.js'
import { exponential } from './exponential.js'
import { karras, uniformLogSnr } from './log-snr.js'
import { linear, power, quadratic } from './power.js'
import { type GridRange, type TimeGrid, timeGrid } from './time-grid.js'

const processes = [
  ornsteinUhlenbeck(),
  vanishingLinear(),
  vanishingLinear({ floor: 0.01 }),
  rectifiedFlow(),
  vpLinear(),
  vpCosine(),
  subVp(),
  varianceExploding(),
  edm(),
]
const invalid = expect.objectContaining({ _tag: 'InvalidArgument' })
const builders: Record<string, (process: ForwardProcess, steps: number, range?: GridRange) => TimeGrid> = {
  linear,
  quadratic,
  karras,
  uniformLogSnr,
  exponential,
}

const inRange = fc
  .tuple(
    fc.constantFrom(...processes),
    fc.double({ min: 0.01, max: 0.4, noNaN: true }),
    fc.double({ min: 0.6, max: 0.99, noNaN: true }),
    fc.integer({ min: 2, max: 60 }),
  )
  .map(([process, low, high, steps]) => {
    const [start, end] = process.timeRange
    return { process, steps, range: { start: start + (end - start) * high, stop: start + (end - start) * low } }
  })

describe('grids', () => {
  test.each(Object.keys(builders))('%s: steps + 1 times, strictly decreasing, with exactly the given ends', (name) => {
    fc.assert(
      fc.property(inRange, ({ process, steps, range }) => {
        const grid = (builders[name] as (typeof builders)[string])(process, steps, range)
        expect(grid.length).toBe(steps + 1)
        expect([grid[0], grid[steps]]).toEqual([range.start, range.stop])
        expect(grid.every((t, k) => k === 0 || t < (grid[k - 1] as number))).toBe(true)
      }),
    )
  })

  test.each(Object.keys(builders))('%s: steps that are no count and ranges that are none are refused', (name) => {
    const grid = builders[name] as (typeof builders)[string]
    const process = vanishingLinear({ floor: 0.01 })
    for (const steps of [0, -1, 1.5, Number.NaN]) expect(() => grid(process, steps, { start: 0.9, stop: 0.1 })).toThrow(invalid)
    for (const range of [{ start: 0.1, stop: 0.9 }, { start: 2 }, { stop: -1 }, { start: Number.NaN }])
      expect(() => grid(process, 10, range)).toThrow(invalid)
  })

  test('without a range they span the process', () => {
    const process = edm()
    for (const grid of [linear, quadratic, karras, uniformLogSnr, exponential])
      expect([grid(process, 7)[0], grid(process, 7)[7]]).toEqual([80, 0.002])
  })

  test('linear has equal steps, quadratic equal steps of the root, power of the root of its exponent', () => {
    fc.assert(
      fc.property(inRange, fc.double({ min: 0.3, max: 6, noNaN: true }), ({ process, steps, range }, exponent) => {
        const roots = (grid: TimeGrid, e: number): number[] => grid.map((t) => ((t - range.stop) / (range.start - range.stop)) ** (1 / e))
        for (const [grid, e] of [
          [linear(process, steps, range), 1],
          [quadratic(process, steps, range), 2],
          [power(process, steps, exponent, range), exponent],
        ] as const)
          roots(grid, e).forEach((root, k) => {
            // t − stop has the rounding of t, below 1e-16/0.2 of the span; the root of the smallest, (1/60)^e, magnifies it by 60^e/e.
            expect(Math.abs(root - (1 - k / steps))).toBeLessThan(k === steps ? 1e-15 : 1e-15 * (1 + steps ** e))
          })
      }),
    )
    expect(quadratic(rectifiedFlow(), 4)).toEqual([1, 9 / 16, 1 / 4, 1 / 16, 0])
    // Paper B's five-point run: t = 10 (k/99)⁵.
    const five = power(ornsteinUhlenbeck(), 99, 5)
    five.forEach((t, k) => expect(t).toBeCloseTo(10 * ((99 - k) / 99) ** 5, 12))
    for (const exponent of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => power(rectifiedFlow(), 4, exponent)).toThrow(invalid)
  })

  test('exponential is eq. (41): t_0 = 0, t_k = ε e^(h(k−1)), h = ln(T/ε)/(N−1)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 300 }), fc.double({ min: 1e-8, max: 1, noNaN: true }), (N, epsilon) => {
        const T = 10
        const h = Math.log(T / epsilon) / (N - 1)
        const grid = [...exponential(ornsteinUhlenbeck({ end: T }), N, { epsilon })].reverse()
        expect(grid[0]).toBe(0)
        for (let k = 1; k <= N; k++) expect(Math.abs((grid[k] as number) / (epsilon * Math.exp(h * (k - 1))) - 1)).toBeLessThan(1e-13)
        expect(grid[N]).toBe(T)
      }),
    )
    // The authors' two-dimensional set-up: T = 10, 200 points, ε = 1e-4.
    const authors = exponential(ornsteinUhlenbeck(), 200, { epsilon: 1e-4 })
    expect([authors[199], authors[200]]).toEqual([1e-4, 0])
    // From another stop the grid is shifted.
    const shifted = exponential(ornsteinUhlenbeck(), 3, { epsilon: 0.01, start: 2, stop: 1 })
    shifted.forEach((t, k) => expect(t).toBeCloseTo([2, 1.1, 1.01, 1][k] as number, 14))
    for (const epsilon of [0, -1, 10, 20, Number.NaN]) expect(() => exponential(ornsteinUhlenbeck(), 5, { epsilon })).toThrow(invalid)
    expect(() => exponential(ornsteinUhlenbeck(), 1, { epsilon: 0.1 })).toThrow(invalid)
  })

  test('uniformLogSnr has equal steps in log-SNR', () => {
    fc.assert(
      fc.property(inRange, ({ process, steps, range }) => {
        const lambda = uniformLogSnr(process, steps, range).map(process.logSnr)
        const step = ((lambda[steps] as number) - (lambda[0] as number)) / steps
        lambda.forEach((value, k) =>
          expect(Math.abs(value - ((lambda[0] as number) + k * step))).toBeLessThan(1e-11 * (1 + Math.abs(value))),
        )
      }),
    )
  })

  test('karras is eq. (5) on EDM, and the same noise-to-signal ratios on every process', () => {
    const [low, high, rho, N] = [0.002, 80, 7, 18]
    karras(edm(), N - 1).forEach((t, i) => {
      const expected = (high ** (1 / rho) + (i / (N - 1)) * (low ** (1 / rho) - high ** (1 / rho))) ** rho
      expect(Math.abs(t / expected - 1)).toBeLessThan(1e-13)
    })
    fc.assert(
      fc.property(inRange, fc.double({ min: 1, max: 10, noNaN: true }), ({ process, steps, range }, exponent) => {
        const roots = karras(process, steps, { ...range, rho: exponent }).map(
          (t) => (process.sigma(t) / process.alpha(t)) ** (1 / exponent),
        )
        const step = ((roots[steps] as number) - (roots[0] as number)) / steps
        roots.forEach((root, k) => expect(Math.abs(root - ((roots[0] as number) + k * step))).toBeLessThan(1e-11 * (roots[0] as number)))
      }),
    )
    for (const bad of [0, -1, Number.NaN]) expect(() => karras(edm(), 5, { rho: bad })).toThrow(invalid)
  })

  test('infinite log-SNR at an end is refused with the mend, where the grid needs it', () => {
    expect(() => uniformLogSnr(ornsteinUhlenbeck(), 5)).toThrow(
      expect.objectContaining({ _tag: 'InvalidArgument', mend: expect.stringContaining('stop') as unknown }),
    )
    expect(() => uniformLogSnr(vanishingLinear(), 5, { stop: 0.1 })).toThrow(invalid)
    expect(uniformLogSnr(vanishingLinear({ floor: 0.01 }), 5)[5]).toBe(0)
    expect(() => karras(rectifiedFlow(), 5)).toThrow(invalid)
    // σ/α = 0 is a number: Karras' grid may land on the data.
    expect(karras(ornsteinUhlenbeck(), 5)[5]).toBe(0)
  })
})

describe('timeGrid', () => {
  test('hands back what it accepts', () => {
    const times = [1, 0.5, 0]
    expect(timeGrid(times)).toBe(times)
    expect(timeGrid(times, rectifiedFlow())).toBe(times)
  })

  test.each([[[]], [[1]], [[1, 1]], [[0, 1]], [[1, Number.NaN, 0]], [[Number.POSITIVE_INFINITY, 0]], [[1, 0.2, 0.3]]])(
    'refuses %j',
    (times) => {
      expect(() => timeGrid(times)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where: 'timeGrid' }))
    },
  )

  test('takes decreasing times, and refuses them once one repeats or exceeds the one before', () => {
    const gaps = fc.array(fc.double({ min: 1e-3, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(gaps, fc.nat(), fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 10, noNaN: true })), (steps, at, rise) => {
        const times = [5]
        for (const gap of steps) times.push((times.at(-1) as number) - gap)
        expect(timeGrid(times)).toBe(times)
        const k = 1 + (at % steps.length)
        expect(() => timeGrid(times.map((t, index) => (index === k ? (times[k - 1] as number) + rise : t)))).toThrow(invalid)
      }),
    )
  })

  test('refuses times outside the range of the process', () => {
    expect(() => timeGrid([1.5, 0.5], rectifiedFlow())).toThrow(expect.objectContaining({ where: 'timeGrid for rectified-flow' }))
    expect(() => timeGrid([1, -0.5], rectifiedFlow())).toThrow(invalid)
  })
})
