import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textWidth } from './labels.js'
import { characterWidth, linearAxis, logAxis, percentTick } from './ticks.js'

const labels = (from: number, to: number, pixels: number): string[] => {
  const axis = linearAxis([from, to], pixels, 'horizontal')
  return axis.ticks.map(axis.format)
}

describe('linearAxis', () => {
  it('writes short labels', () => {
    expect(labels(-0.1, 1.1, 300)).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1.0'])
    expect(labels(-130, 130, 120)).toEqual(['−100', '0', '100'])
    expect(labels(0, 21_000, 400)).toEqual(['0', '5000', '10,000', '15,000', '20,000'])
    expect(labels(0, 2.2e6, 220)).toEqual(['0', '0.5M', '1.0M', '1.5M', '2.0M'])
    expect(labels(1.6e12, 1.7e12, 200)).toEqual(['1.62T', '1.66T'])
    expect(labels(0, 2.1e-7, 260)).toEqual(['0', '5×10⁻⁸', '1×10⁻⁷', '1.5×10⁻⁷'])
  })

  it('has labels that differ, do not overlap and stay by the axis', () => {
    const bound = fc.double({ noNaN: true, min: -1e18, max: 1e18 })
    fc.assert(
      fc.property(bound, fc.double({ noNaN: true, min: 1e-3, max: 1 }), fc.integer({ min: 80, max: 600 }), (from, part, pixels) => {
        const to = from + Math.max(Math.abs(from), 1e-9) * part
        const axis = linearAxis([from, to], pixels, 'horizontal')
        const texts = axis.ticks.map(axis.format)
        expect(new Set(texts).size).toBe(texts.length)
        const spans = axis.ticks.map((tick, k) => {
          const middle = ((tick - from) / (to - from)) * pixels
          const half = (textWidth(texts[k] as string) * characterWidth) / 2
          return [middle - half, middle + half] as const
        })
        for (const [k, [left, right]] of spans.entries()) {
          expect(left).toBeGreaterThanOrEqual(-5.001)
          expect(right).toBeLessThanOrEqual(pixels + 5.001)
          if (k > 0) expect(left).toBeGreaterThan((spans[k - 1] as readonly [number, number])[1])
        }
      }),
      { numRuns: 500, seed: 3 },
    )
  })

  it('has no ticks where there is no range', () => {
    expect(linearAxis([1, 1], 200, 'horizontal').ticks).toEqual([])
    expect(linearAxis([-1e308, 1e308], 200, 'horizontal').ticks.every(Number.isFinite)).toBe(true)
  })
})

describe('logAxis', () => {
  it('uses 1, 2 and 5, then powers of ten, then every so many', () => {
    expect(logAxis([0.1, 2], 200).ticks).toEqual([0.1, 0.2, 0.5, 1, 2])
    expect(logAxis([0.001, 100], 200).ticks).toEqual([0.001, 0.01, 0.1, 1, 10, 100])
    expect(logAxis([1e-12, 1], 130).ticks.length).toBeLessThanOrEqual(5)
  })

  it('falls back to even ticks in less than half a decade', () => {
    const { ticks } = logAxis([0.31, 0.39], 200)
    expect(ticks.length).toBeGreaterThan(1)
    for (const tick of ticks) expect(tick > 0.31 && tick < 0.39).toBe(true)
  })

  it('writes shares without digits they do not need', () => {
    expect([0.001, 0.05, 0.1, 1].map(percentTick)).toEqual(['0.1 %', '5 %', '10 %', '100 %'])
  })
})
