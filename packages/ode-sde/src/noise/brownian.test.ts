import { key } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { B, moments } from '../testing/test-problems.js'
import { independentIncrements } from './brownian.js'

describe('independentIncrements', () => {
  it('gives sample i the same noise in step k whatever its batch', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1000),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(40),
        fc.integer({ min: 1, max: 9 }),
        async (step, columns, first, rows) => {
          const over = { step, t: 1, s: 0.75 }
          const whole = await B.read(independentIncrements(B, key(3)).increment(over, [50, columns]))
          const part = await B.read(independentIncrements(B, key(3), { firstSample: first }).increment(over, [rows, columns]))
          expect(part).toEqual(whole.slice(first * columns, (first + rows) * columns))
        },
      ),
    )
  })

  it('has variance |s − t|, and differs between steps and keys', async () => {
    const rows = 20_000
    const draw = async (seed: number, step: number) =>
      B.read(independentIncrements(B, key(seed)).increment({ step, t: 0.9, s: 0.5 }, [rows, 1]))
    const [a, b, c] = [await draw(1, 0), await draw(1, 1), await draw(2, 0)]
    for (const sample of [a, b, c]) {
      const { mean, variance } = moments(sample, 1)
      // 5 standard errors of a mean and of a normal variance.
      expect(Math.abs(mean[0] as number)).toBeLessThan(5 * Math.sqrt(0.4 / rows))
      expect(Math.abs((variance[0] as number) - 0.4)).toBeLessThan(5 * 0.4 * Math.sqrt(2 / rows))
    }
    for (const [x, y] of [
      [a, b],
      [a, c],
    ] as const)
      expect(Math.abs(x.reduce((sum, value, i) => sum + value * (y[i] as number), 0) / rows)).toBeLessThan((5 * 0.4) / Math.sqrt(rows))
  })

  it('has areas of variance |s − t|/12 and normals of variance 1, independent of the increments, by sample', async () => {
    const rows = 20_000
    const over = { step: 2, t: 0.9, s: 0.5 }
    const noise = independentIncrements(B, key(1))
    const shape = [rows, 1] as const
    const [W, H, z, y] = await Promise.all(
      [
        noise.increment(over, shape),
        noise.levyArea(over, shape),
        noise.standardNormal(over, 0, shape),
        noise.standardNormal(over, 1, shape),
      ].map(B.read),
    )
    const units = [
      [W, 0.4],
      [H, 0.4 / 12],
      [z, 1],
      [y, 1],
    ].map(([sample, variance]) => (sample as Float64Array).map((value) => value / Math.sqrt(variance as number)))
    // 5 standard errors of 4 variances and 6 correlations: error rate 6e-6, fixed key.
    for (const [i, one] of units.entries()) {
      expect(Math.abs((moments(one, 1).variance[0] as number) - 1)).toBeLessThan(5 * Math.sqrt(2 / rows))
      for (const other of units.slice(i + 1))
        expect(Math.abs(one.reduce((sum, value, k) => sum + value * (other[k] as number), 0) / rows)).toBeLessThan(5 / Math.sqrt(rows))
    }
    const part = independentIncrements(B, key(1), { firstSample: 30 })
    expect(await B.read(part.levyArea(over, [5, 1]))).toEqual(H?.slice(30, 35))
    expect(await B.read(part.standardNormal(over, 1, [5, 1]))).toEqual(y?.slice(30, 35))
  })

  it('refuses a first sample that is not a whole number', () => {
    expect(() => independentIncrements(B, key(1), { firstSample: -1 })).toThrow(/firstSample -1/)
    expect(() => independentIncrements(B, key(1), { firstSample: 0.5 })).toThrow(/whole number/)
  })
})
