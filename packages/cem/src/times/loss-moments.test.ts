import { key, ornsteinUhlenbeck, uniformArray } from '@tweedie/core'
import { evenly, forwardProcesses } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { importanceTimes } from './importance-times.js'
import { logUniformTimes } from './log-uniform-times.js'
import { lossMoments } from './loss-moments.js'
import { uniformGridTimes } from './uniform-grid-times.js'
import { uniformTimes } from './uniform-times.js'

const uniform = uniformTimes().under(ornsteinUhlenbeck())

describe('lossMoments', () => {
  it('are the means of the squared losses of equally likely parts of the law', () => {
    const rows = fc.array(fc.tuple(evenly(1e-3, 0.999), evenly(0, 10)), { minLength: 0, maxLength: 60 })
    fc.assert(
      fc.property(forwardProcesses(), fc.integer({ min: 1, max: 8 }), rows, (process, bins, some) => {
        const law = logUniformTimes({ epsilon: 1e-4 }).under(process)
        // One in the middle of each bin, so that none is empty.
        const all = [...some, ...Array.from({ length: bins }, (_, k) => [(k + 0.5) / bins, k] as const)]
        const { secondMoments, counts } = lossMoments(
          law,
          bins,
          all.map(([u]) => law.timeOf(u)),
          all.map(([, loss]) => loss),
        )
        for (let bin = 0; bin < bins; bin++) {
          const squares = all.filter(([u]) => Math.floor(u * bins) === bin).map(([, loss]) => loss ** 2)
          expect(counts[bin]).toBe(squares.length)
          // The same sum in the same order.
          expect(secondMoments[bin]).toBe(squares.reduce((sum, square) => sum + square, 0) / squares.length)
        }
      }),
    )
  })

  it('keep the times of a law of finitely many together, as equally as they can be', () => {
    const law = uniformGridTimes(6).under(ornsteinUhlenbeck())
    const { secondMoments, counts } = lossMoments(law, 2, law.atoms ?? [], [1, 2, 3, 4, 5])
    expect(Array.from(counts)).toEqual([2, 3])
    expect(Array.from(secondMoments)).toEqual([2.5, 50 / 3])
  })

  it('measured under an importance law are those under its base: the next law is as good', () => {
    const process = ornsteinUhlenbeck()
    const base = uniformTimes()
    const first = importanceTimes({ base, secondMoments: [1, 100, 4] }).under(process)
    const draws = uniformArray(key(3), 3_000)
    const times = draws.map(first.timeOf)
    const { secondMoments } = lossMoments(base.under(process), 3, times, times)
    // E[t²] over the thirds of [0, 10]: (a² + ab + b²)/3.
    const expected = [1, 7, 19].map((factor) => (factor * (10 / 3) ** 2) / 3)
    // Monte Carlo with at least 200 draws per bin and a standard deviation of t² below 10 in the first bin: 6 standard errors, at a fixed key.
    expected.forEach((value, k) => expect(Math.abs((secondMoments[k] as number) / value - 1)).toBeLessThan(6 / Math.sqrt(200)))
  })

  it('refuses rows that do not fit, losses that are no numbers, empty bins and bad numbers of bins', () => {
    const refused = (tag: string, what: string): Error =>
      expect.objectContaining({ _tag: tag, where: 'lossMoments', what: expect.stringContaining(what) as unknown }) as Error
    expect(() => lossMoments(uniform, 1, [1, 2], [1])).toThrow(refused('ShapeMismatch', '2 times for 1 losses'))
    for (const loss of [Number.NaN, Number.POSITIVE_INFINITY, 1e200])
      expect(() => lossMoments(uniform, 1, [1, 2], [1, loss])).toThrow(refused('NotFinite', 'of row 1'))
    expect(() => lossMoments(uniform, 1, [Number.NaN], [1])).toThrow(refused('InvalidArgument', 'NaN'))
    expect(() => lossMoments(uniform, 2, [1], [1])).toThrow(refused('InvalidArgument', 'bin 1 of 2 has no loss'))
    for (const bins of [0, -1, 1.5, Number.NaN])
      expect(() => lossMoments(uniform, bins, [1], [1])).toThrow(refused('InvalidArgument', `${bins} bins`))
  })
})
