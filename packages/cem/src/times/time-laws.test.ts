import { edm, type ForwardProcess, key, ornsteinUhlenbeck, rectifiedFlow, uniformArray, vanishingLinear, vpCosine } from '@tweedie/core'
import { evenly, forwardProcesses } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logSnrUniformTimes } from './log-snr-uniform-times.js'
import { logUniformTimes } from './log-uniform-times.js'
import { logitNormalTimes } from './logit-normal-times.js'
import { intervals, units } from './test-support.js'
import type { TimeInterval } from './time-interval.js'
import type { TimeLaw } from './time-law.js'
import { uniformGridTimes } from './uniform-grid-times.js'
import { uniformTimes } from './uniform-times.js'

const invalid = (what: string): Error =>
  expect.objectContaining({ _tag: 'InvalidArgument', what: expect.stringContaining(what) as unknown }) as Error

/** What a law binds to and the interval that its times are to stay in. */
interface Bound {
  readonly law: TimeLaw
  readonly process: ForwardProcess
  readonly range: readonly [number, number]
}

const bounds: fc.Arbitrary<Bound> = intervals.chain(({ process, interval }) => {
  const range = [interval.start, interval.stop] as const
  const [low, high] = process.timeRange
  const span = high - low
  return fc.oneof(
    fc.integer({ min: 2, max: 300 }).map((points) => ({
      law: uniformGridTimes(points),
      process,
      range: [low + (span / (points - 1)) * (1 - 2 ** -50), high] as const,
    })),
    fc.constant({ law: uniformTimes(interval), process, range }),
    evenly(-18, -0.1).map((logarithm) => {
      const epsilon = span * Math.exp(logarithm)
      return { law: logUniformTimes({ epsilon }), process, range: [low + epsilon, high] as const }
    }),
    fc.constant({ law: logSnrUniformTimes(interval), process, range }),
    fc
      .record({ mean: evenly(-3, 3), deviation: evenly(0.05, 5) })
      .map((settings) => ({ law: logitNormalTimes({ ...settings, ...interval }), process, range })),
  )
})

describe('every law of times', () => {
  it('stays in its interval, increases with u, and asks for no ratio', () => {
    fc.assert(
      fc.property(bounds, fc.array(units, { minLength: 2, maxLength: 20 }), ({ law, process, range: [low, high] }, us) => {
        const { timeOf, ratio } = law.under(process)
        const times = [...us].sort((a, b) => a - b).map(timeOf)
        times.forEach((t, k) => {
          expect(t).toBeGreaterThanOrEqual(low)
          expect(t).toBeLessThanOrEqual(high)
          // A log-SNR is inverted to a few roundings of the time, and of the range where it starts above 0.
          if (k > 0) expect(t - (times[k - 1] as number)).toBeGreaterThanOrEqual(-1e-13 * Math.max(Math.abs(low), Math.abs(t)))
          expect(ratio(t)).toBe(1)
        })
      }),
      { numRuns: 400 },
    )
  })

  it('takes what uniformArray gives and nothing that is not strictly between 0 and 1', () => {
    const laws = [uniformGridTimes(), uniformTimes(), logUniformTimes({ epsilon: 1e-4 }), logSnrUniformTimes(), logitNormalTimes()]
    for (const law of laws) {
      const { timeOf } = law.under(edm())
      for (const u of uniformArray(key(1), 100)) expect(Number.isFinite(timeOf(u))).toBe(true)
      for (const u of [0, 1, -0.1, 1.1, Number.NaN]) expect(() => timeOf(u)).toThrow(invalid(`u = ${u}`))
    }
  })

  it('says what it is', () => {
    const laws = [uniformGridTimes(), uniformTimes(), logUniformTimes({ epsilon: 1e-4 }), logSnrUniformTimes(), logitNormalTimes()]
    expect(laws.map(({ name }) => name)).toEqual([
      'uniform grid of 200',
      'uniform',
      'log-uniform from 0.0001',
      'uniform in log-SNR',
      'logit-normal with mean 0 and deviation 1',
    ])
  })
})

describe('uniformGridTimes', () => {
  it("are the authors' 10 k/199, k = 1 … 199, for T = 10, each with probability 1/199", () => {
    const { atoms, timeOf } = uniformGridTimes().under(ornsteinUhlenbeck())
    expect(atoms).toHaveLength(199)
    // A division and a product, each rounded.
    atoms?.forEach((t, k) => expect(Math.abs(t - (10 * (k + 1)) / 199)).toBeLessThan(1e-14))
    expect(atoms?.[198]).toBe(10)
    for (let k = 0; k < 199; k++) for (const inside of [1e-9, 0.5, 1 - 1e-9]) expect(timeOf((k + inside) / 199)).toBe(atoms?.[k])
    expect(timeOf(1 - 2 ** -53)).toBe(10)
  })

  it('of two points is the end of the range, and starts where the range does', () => {
    expect(uniformGridTimes(2).under(rectifiedFlow()).atoms).toEqual([1])
    expect(uniformGridTimes(3).under(edm({ sigmaMin: 2, sigmaMax: 4 })).atoms).toEqual([3, 4])
  })

  it.each([1, 0, -3, 2.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %f points', (points) => {
    expect(() => uniformGridTimes(points)).toThrow(invalid(`${points} points`))
  })
})

describe('the distribution function at timeOf(u) is u', () => {
  it('for uniform times: (t − start)/(stop − start)', () => {
    fc.assert(
      fc.property(intervals, units, ({ process, interval }, u) => {
        const t = uniformTimes(interval).under(process).timeOf(u)
        const { start, stop } = interval
        // The roundings of a time, over an interval that is a thousandth of the range at least.
        expect(Math.abs((t - start) / (stop - start) - u)).toBeLessThan(1e-12)
      }),
    )
  })

  it('for log-uniform times: ln((t − start)/ε)/ln(T/ε)', () => {
    fc.assert(
      fc.property(forwardProcesses(), evenly(-12, -0.1), units, (process, logarithm, u) => {
        const [low, high] = process.timeRange
        const epsilon = (high - low) * Math.exp(logarithm)
        const t = logUniformTimes({ epsilon }).under(process).timeOf(u)
        // t − start loses (start + ε)/ε roundings, up to 2⁻⁵³ · 0.1/(0.9 · 6e-6) = 2e-12 relative to ε, over a logarithm of 0.1 at least.
        expect(Math.abs(Math.log((t - low) / epsilon) / Math.log((high - low) / epsilon) - u)).toBeLessThan(1e-10)
      }),
      { numRuns: 300 },
    )
  })

  it('for times uniform in log-SNR: (λ(start) − λ(t))/(λ(start) − λ(stop))', () => {
    fc.assert(
      fc.property(intervals, units, ({ process, interval: { start, stop } }, u) => {
        const t = logSnrUniformTimes({ start, stop }).under(process).timeOf(u)
        const drop = process.logSnr(start) - process.logSnr(stop)
        // A time is good to a few roundings; what they are in log-SNR is its slope, 2000 over a range at a distance of a thousandth of it.
        const rounding = (2 ** -48 * Math.max(Math.abs(start), Math.abs(stop)) * 2000) / (process.timeRange[1] - process.timeRange[0])
        expect(Math.abs((process.logSnr(start) - process.logSnr(t)) / drop - u)).toBeLessThan(1e-9 + rounding / drop)
      }),
      { numRuns: 300 },
    )
  })
})

describe('logitNormalTimes', () => {
  it('has the density of Esser et al. (§3.1): dt/du is its inverse, and the median the logistic of the mean', () => {
    fc.assert(
      fc.property(intervals, evenly(-1.5, 1.5), evenly(0.2, 2), evenly(0.02, 0.98), ({ process, interval }, mean, deviation, u) => {
        const { start, stop } = interval
        const { timeOf } = logitNormalTimes({ mean, deviation, ...interval }).under(process)
        const place = (at: number): number => (timeOf(at) - start) / (stop - start)
        expect(place(0.5)).toBeCloseTo(1 / (1 + Math.exp(-mean)), 11)
        const t = place(u)
        const logit = Math.log(t / (1 - t))
        const density = Math.exp(-0.5 * ((logit - mean) / deviation) ** 2) / (deviation * Math.sqrt(2 * Math.PI) * t * (1 - t))
        const h = 1e-3 * Math.min(u, 1 - u)
        const central = (step: number): number => (place(u + step) - place(u - step)) / (u + step - (u - step))
        const slope = (4 * central(h / 2) - central(h)) / 3
        // A place is rounded to 1e-13 (2⁻⁵³ of the range, over an interval of a thousandth of it) and changes by at least 3e-6 over a step: 3e-8
        // for each of four. Truncation is h⁴ times a fifth derivative, some 1e-11.
        expect(Math.abs(slope * density - 1)).toBeLessThan(1e-6)
      }),
      { numRuns: 300 },
    )
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses a mean of %f', (mean) => {
    expect(() => logitNormalTimes({ mean })).toThrow(invalid(`mean ${mean}`))
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a deviation of %f', (deviation) => {
    expect(() => logitNormalTimes({ deviation })).toThrow(invalid(`deviation ${deviation}`))
  })
})

describe('logUniformTimes', () => {
  it.each([0, -1e-4, Number.NaN, Number.POSITIVE_INFINITY])('refuses ε = %f at once', (epsilon) => {
    expect(() => logUniformTimes({ epsilon })).toThrow(invalid(`ε = ${epsilon}`))
  })

  it.each([10, 11])('refuses ε = %f where the range is 10 long', (epsilon) => {
    expect(() => logUniformTimes({ epsilon }).under(ornsteinUhlenbeck())).toThrow(invalid('a range of length 10'))
  })
})

describe('logSnrUniformTimes', () => {
  it.each([
    ['the clean end', ornsteinUhlenbeck(), {}],
    ['the noisy end', vpCosine(), { start: 0.1 }],
    ['both', vanishingLinear(), {}],
  ] as const)('refuses an infinite log-SNR at %s', (_, process, interval) => {
    expect(() => logSnrUniformTimes(interval).under(process)).toThrow(invalid('Infinity'))
  })

  it('needs no interval where the whole range has a log-SNR', () => {
    // ln σ is uniform: the geometric mean of 0.01 and 1 is in the middle.
    expect(
      logSnrUniformTimes()
        .under(edm({ sigmaMin: 0.01, sigmaMax: 1 }))
        .timeOf(0.5),
    ).toBeCloseTo(0.1, 12)
  })
})

describe('an interval', () => {
  const laws = (interval: TimeInterval): readonly TimeLaw[] => [
    uniformTimes(interval),
    logSnrUniformTimes(interval),
    logitNormalTimes(interval),
  ]

  it.each([
    ['start < stop', { start: 2, stop: 1 }, 'start 2 and stop 1'],
    ['start < stop', { start: 2, stop: 2 }, 'start 2 and stop 2'],
    ['finite times', { start: Number.NaN }, 'start NaN'],
    ['finite times', { stop: Number.POSITIVE_INFINITY }, 'stop Infinity'],
    ['the range of the process', { start: -0.1 }, 'start -0.1 is outside [0, 10]'],
    ['the range of the process', { stop: 10.1 }, 'stop 10.1 is outside [0, 10]'],
  ])('needs %s: %j', (_, interval, what) => {
    for (const law of laws(interval)) expect(() => law.under(ornsteinUhlenbeck())).toThrow(invalid(what))
  })

  it('a process that gives NaN for a time is found out', () => {
    const broken: ForwardProcess = { ...rectifiedFlow(), timeOfLogSnr: () => Number.NaN }
    expect(() => logSnrUniformTimes({ start: 0.1, stop: 0.9 }).under(broken).timeOf(0.5)).toThrow(invalid('NaN'))
  })
})
