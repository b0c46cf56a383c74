import { ornsteinUhlenbeck } from '@tweedie/core'
import { evenly, forwardProcesses } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { importanceTimes } from './importance-times.js'
import { logUniformTimes } from './log-uniform-times.js'
import { logitNormalTimes } from './logit-normal-times.js'
import { timeBins } from './time-bins.js'
import type { BoundTimeLaw, TimeLaw } from './time-law.js'
import { uniformGridTimes } from './uniform-grid-times.js'
import { uniformTimes } from './uniform-times.js'

const invalid = (what: string): Error =>
  expect.objectContaining({ _tag: 'InvalidArgument', what: expect.stringContaining(what) as unknown }) as Error

const bases: fc.Arbitrary<TimeLaw> = fc.oneof(
  fc.integer({ min: 31, max: 300 }).map(uniformGridTimes),
  fc.constant(uniformTimes()),
  fc.constant(logUniformTimes({ epsilon: 1e-4 })),
  fc.constant(logitNormalTimes()),
)

/** From 1 to 30 bins whose moments differ by up to eight orders of size; some are 0. */
const moments = fc.array(fc.oneof({ weight: 6, arbitrary: evenly(-9, 9).map(Math.exp) }, { weight: 1, arbitrary: fc.constant(0) }), {
  minLength: 1,
  maxLength: 29,
})
const settings = fc.record({
  process: forwardProcesses(),
  base: bases,
  secondMoments: moments.map((some) => [...some, 1]),
  baseShare: fc.oneof(fc.constant(1), evenly(1e-3, 1)),
})

/** Where the bins of the base law begin and end, and the density of the bins relative to the base law by Nichol & Dhariwal's formula. */
const expectedBins = (base: BoundTimeLaw, secondMoments: readonly number[], share: number) => {
  const { edges } = timeBins('test', base, secondMoments.length)
  const widths = secondMoments.map((_, k) => (edges[k + 1] as number) - (edges[k] as number))
  const mean = secondMoments.reduce((sum, moment, k) => sum + (widths[k] as number) * Math.sqrt(moment), 0)
  const probabilities = secondMoments.map((moment, k) => (widths[k] as number) * (share + (1 - share) * (Math.sqrt(moment) / mean)))
  return { edges, widths, probabilities, mean }
}

/** A function of time that has nothing to do with the bins. */
const wave = (t: number): number => 1 + Math.sin(7 * t) ** 2

describe('importanceTimes', () => {
  it('has mean ratio 1, and means that are those under the base law: what it changes is their variance alone', () => {
    fc.assert(
      fc.property(settings, ({ process, base, secondMoments, baseShare }) => {
        const bound = base.under(process)
        const own = importanceTimes({ base, secondMoments, baseShare }).under(process)
        const { edges, widths, probabilities } = expectedBins(bound, secondMoments, baseShare)
        // The midpoint rule in every bin, of either law; the nodes are the same times, so the two sums differ by rounding alone, whatever the
        // function. A node that falls on the rim of an atom by rounding would be seen: 17 nodes per bin, of atoms that are 1/300 at least.
        const nodes = 17
        let [ratio, mean, baseMean, before] = [0, 0, 0, 0]
        secondMoments.forEach((_, k) => {
          const [probability, width] = [probabilities[k] as number, widths[k] as number]
          for (let j = 0; j < nodes; j++) {
            const fraction = (j + 0.513) / nodes
            const t = own.timeOf(before + fraction * probability)
            ratio += (probability / nodes) * own.ratio(t)
            mean += (probability / nodes) * own.ratio(t) * wave(t)
            baseMean += (width / nodes) * wave(bound.timeOf((edges[k] as number) + fraction * width))
          }
          before += probability
        })
        // Sums of 510 terms; a time is off by the rounding of u over the share, 1e-13, and its wave by 7 · 80 times that.
        expect(Math.abs(ratio - 1)).toBeLessThan(1e-12)
        expect(Math.abs(mean - baseMean)).toBeLessThan(1e-9)
      }),
      { numRuns: 150 },
    )
  })

  it('falls into a bin with probability p ∝ b √E[L²], mixed with the base law', () => {
    fc.assert(
      fc.property(settings, ({ process, base, secondMoments, baseShare }) => {
        const bound = base.under(process)
        const own = importanceTimes({ base, secondMoments, baseShare }).under(process)
        const { binOf } = timeBins('test', bound, secondMoments.length)
        const { probabilities } = expectedBins(bound, secondMoments, baseShare)
        const count = 1000
        const found = secondMoments.map(() => 0)
        for (let k = 0; k < count; k++) {
          const bin = binOf(own.timeOf((k + 0.5) / count))
          found[bin] = (found[bin] as number) + 1
        }
        // Equally spaced numbers: each end of a bin adds or leaves out half a number at most, and one by rounding.
        found.forEach((n, k) => expect(Math.abs(n - count * (probabilities[k] as number))).toBeLessThan(1.001))
      }),
      { numRuns: 60 },
    )
  })

  it('increases with u and has no ratio above the inverse of the share', () => {
    fc.assert(
      fc.property(settings, ({ process, base, secondMoments, baseShare }) => {
        const own = importanceTimes({ base, secondMoments, baseShare }).under(process)
        let before = Number.NEGATIVE_INFINITY
        for (let k = 0; k < 100; k++) {
          const t = own.timeOf((k + 0.5) / 100)
          expect(t).toBeGreaterThanOrEqual(before)
          expect(own.ratio(t)).toBeLessThanOrEqual((1 + 1e-12) / baseShare)
          expect(own.ratio(t)).toBeGreaterThan(0)
          before = t
        }
      }),
      { numRuns: 60 },
    )
  })

  it('has the second moment (Σ b √E[L²])² of the loss as its share goes to 0, the least of all probabilities (Nichol & Dhariwal, §3.3)', () => {
    fc.assert(
      fc.property(forwardProcesses(), bases, moments, (process, base, some) => {
        const secondMoments = [...some, 1]
        const baseShare = 1e-3
        const bound = base.under(process)
        const own = importanceTimes({ base, secondMoments, baseShare }).under(process)
        const { edges, widths, mean } = expectedBins(bound, secondMoments, baseShare)
        // E_own[(ratio L)²] = E_base[ratio L²].
        const second = secondMoments.reduce((sum, moment, k) => {
          const middle = bound.timeOf(((edges[k] as number) + (edges[k + 1] as number)) / 2)
          return sum + (widths[k] as number) * own.ratio(middle) * moment
        }, 0)
        // The mixture is the best density but for a factor of 1 − share at least.
        expect(second).toBeLessThanOrEqual((mean * mean * (1 + 1e-12)) / (1 - baseShare))
        expect(second).toBeGreaterThanOrEqual(mean * mean * (1 - 1e-12))
      }),
      { numRuns: 100 },
    )
  })

  it('may be over itself: ratios multiply', () => {
    const process = ornsteinUhlenbeck()
    const inner = importanceTimes({ base: uniformTimes(), secondMoments: [1, 9], baseShare: 0.5 })
    const outer = importanceTimes({ base: inner, secondMoments: [4, 1], baseShare: 0.5 }).under(process)
    const { ratio, timeOf } = outer
    let mean = 0
    const count = 100_000
    for (let k = 0; k < count; k++) {
      const t = timeOf((k + 0.5) / count)
      mean += (ratio(t) * t) / count
    }
    // E[t] = 5 under the uniform law; the midpoint rule is off by the jumps of ratio · t, under 20, at two rims.
    expect(Math.abs(mean - 5)).toBeLessThan((2 * 20) / count)
    expect(ratio(1)).not.toBe(inner.under(process).ratio(1))
  })

  it('of equal moments is the base law, and has no atoms of its own', () => {
    const process = ornsteinUhlenbeck()
    const own = importanceTimes({ base: uniformGridTimes(), secondMoments: [2, 2, 2] }).under(process)
    const base = uniformGridTimes().under(process)
    for (let k = 0; k < 199; k++) expect(own.timeOf((k + 0.5) / 199)).toBe(base.timeOf((k + 0.5) / 199))
    expect(own.ratio(3)).toBeCloseTo(1, 14)
    expect(own.atoms).toBeUndefined()
  })

  it.each([
    [[], 'no second moments'],
    [[0, 0], 'all second moments are 0'],
    [[1, -1], 'second moment -1 of bin 1'],
    [[Number.NaN], 'second moment NaN of bin 0'],
    [[1, Number.POSITIVE_INFINITY], 'second moment Infinity of bin 1'],
  ])('refuses moments %j', (secondMoments, what) => {
    expect(() => importanceTimes({ base: uniformTimes(), secondMoments })).toThrow(invalid(what))
  })

  it.each([0, -0.1, 1.1, Number.NaN])('refuses a share of %f', (baseShare) => {
    expect(() => importanceTimes({ base: uniformTimes(), secondMoments: [1], baseShare })).toThrow(invalid(`base share ${baseShare}`))
  })

  it('refuses a NaN time, u outside (0, 1), and more bins than the base has times', () => {
    const own = importanceTimes({ base: uniformTimes(), secondMoments: [1, 2] })
    expect(() => own.under(ornsteinUhlenbeck()).ratio(Number.NaN)).toThrow(invalid('NaN'))
    for (const u of [0, 1, Number.NaN]) expect(() => own.under(ornsteinUhlenbeck()).timeOf(u)).toThrow(invalid(`u = ${u}`))
    const many = importanceTimes({ base: uniformGridTimes(3), secondMoments: [1, 2, 3] })
    expect(() => many.under(ornsteinUhlenbeck())).toThrow(invalid('3 bins of 2 times'))
  })
})
