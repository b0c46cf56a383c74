import { key } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { B, moments } from '../testing/test-problems.js'
import { brownianPath } from './brownian-path.js'

const span = [-0.5, 2] as const
const path = brownianPath(B, key(4), { span })
const increment = (t: number, s: number, shape: readonly [number, number] = [7, 2]) => B.read(path.increment({ step: 0, t, s }, shape))
const area = (t: number, s: number, shape: readonly [number, number] = [7, 2]) => B.read(path.levyArea({ step: 0, t, s }, shape))
/** Different times of the span, dyadic and not. */
const times = (count: number) =>
  fc
    .uniqueArray(
      fc.oneof(
        fc.integer({ min: 0, max: 997 }).map((k) => -0.5 + (2.5 * k) / 997),
        fc.constantFrom(-0.5, 0, 0.125, 0.75, 2),
      ),
      {
        minLength: count,
        maxLength: count,
      },
    )
    .map((cuts) => cuts.sort((a, b) => a - b))

describe('brownianPath', () => {
  it('has increments that add up, and areas that compose, either way in time', async () => {
    await fc.assert(
      fc.asyncProperty(times(3), async ([t, r, s]) => {
        if (t === undefined || r === undefined || s === undefined) throw new Error('three times')
        const [first, second, whole, back] = [await increment(t, r), await increment(r, s), await increment(t, s), await increment(s, t)]
        const [H1, H2, H, reversed] = [await area(t, r), await area(r, s), await area(t, s), await area(s, t)]
        expect(reversed).toEqual(H)
        const [p, q] = [(r - t) / (s - t), (s - r) / (s - t)]
        whole.forEach((w, e) => {
          const [w1, w2] = [first[e] as number, second[e] as number]
          // Rounding of some 48 sums of numbers up to 5.
          expect(Math.abs(w1 + w2 - w)).toBeLessThan(1e-14)
          expect(back[e]).toBe(-w)
          const joined = p * (H1[e] as number) + q * (H2[e] as number) + 0.5 * (q * w1 - p * w2)
          expect(Math.abs(joined - (H[e] as number))).toBeLessThan(1e-14)
        })
      }),
      { numRuns: 60 },
    )
  })

  it('has an area that is the mean height of the path over the chord, which refinement shows', async () => {
    const [t, s, fine] = [0.3, 1.7, 512]
    const [W, H] = [await increment(t, s), await area(t, s)]
    const inside = await Promise.all(Array.from({ length: fine - 1 }, (_, k) => increment(t, t + ((s - t) * (k + 1)) / fine)))
    H.forEach((value, e) => {
      const sum = inside.reduce((total, at) => total + (at[e] as number), 0) + (W[e] as number) / 2
      // The trapezium rule misses Σ h/n H_k, of deviation √(h/12)/n = 7e-4: 5 of them.
      expect(Math.abs(sum / fine - (W[e] as number) / 2 - value)).toBeLessThan((5 * Math.sqrt((s - t) / 12)) / fine)
    })
  })

  it('gives sample i the same path whatever its batch, the order of asking and the backend', async () => {
    await fc.assert(
      fc.asyncProperty(
        times(2),
        fc.integer({ min: 1, max: 3 }),
        fc.nat(20),
        fc.integer({ min: 1, max: 9 }),
        async (at, columns, from, rows) => {
          const [t, s] = at as [number, number]
          const over = { step: 3, t: s, s: t }
          const whole = await B.read(path.increment(over, [30, columns]))
          const other = brownianPath(B, key(4), { span, firstSample: from })
          expect(await B.read(other.increment(over, [rows, columns]))).toEqual(whole.slice(from * columns, (from + rows) * columns))
          const H = await B.read(path.levyArea(over, [30, columns]))
          expect(await B.read(other.levyArea({ ...over, step: 0 }, [rows, columns]))).toEqual(
            H.slice(from * columns, (from + rows) * columns),
          )
        },
      ),
      { numRuns: 30 },
    )
    const coarse = cpu({ dtype: 'float32' })
    const single = await coarse.read(brownianPath(coarse, key(4), { span }).increment({ step: 0, t: 0.1, s: 0.9 }, [4, 1]))
    expect(single).toEqual(Float64Array.from(await increment(0.1, 0.9, [4, 1])).map(Math.fround))
  })

  it('has the joint law of increments and areas: variances h and h/12, nothing correlated', async () => {
    const rows = 10_000
    // Not dyadic, of different lengths, with a gap, and one of them tiny.
    const steps = [
      [1.9, 1.1],
      [1.1, 1.0999],
      [0.7, -0.13],
    ] as const
    const columns: Float64Array[] = []
    for (const [t, s] of steps) {
      const h = Math.abs(t - s)
      columns.push((await increment(t, s, [rows, 1])).map((w) => w / Math.sqrt(h)))
      columns.push((await area(t, s, [rows, 1])).map((H) => H / Math.sqrt(h / 12)))
    }
    // 5 standard errors each of 6 means, 6 variances and 15 correlations: error rate 27 · 6e-7 = 1.6e-5, fixed key.
    for (const [i, column] of columns.entries()) {
      const { mean, variance } = moments(column, 1)
      expect(Math.abs(mean[0] as number)).toBeLessThan(5 / Math.sqrt(rows))
      expect(Math.abs((variance[0] as number) - 1)).toBeLessThan(5 * Math.sqrt(2 / rows))
      for (const other of columns.slice(i + 1))
        expect(Math.abs(column.reduce((sum, value, k) => sum + value * (other[k] as number), 0) / rows)).toBeLessThan(5 / Math.sqrt(rows))
    }
  })

  it('has standard normals beside the path: of variance 1, different for each step and number', async () => {
    const draw = (t: number, s: number, index: number) => B.read(path.standardNormal({ step: 0, t, s }, index, [5000, 1]))
    const draws = [await draw(1, 0.5, 0), await draw(1, 0.5, 1), await draw(0.5, 0, 0), await increment(1, 0.5, [5000, 1])]
    // 5 standard errors, error rate 1e-5 in all, fixed key.
    for (const [i, one] of draws.entries()) {
      if (i < 3) expect(Math.abs((moments(one, 1).variance[0] as number) - 1)).toBeLessThan(5 * Math.sqrt(2 / 5000))
      for (const other of draws.slice(i + 1))
        expect(Math.abs(one.reduce((sum, value, k) => sum + value * (other[k] as number), 0) / 5000)).toBeLessThan(5 / Math.sqrt(5000))
    }
    expect(await draw(1, 0.5, 1)).toEqual(draws[1])
  })

  it('does not move in no time, and refuses what it cannot tell apart', async () => {
    expect(await increment(0.3, 0.3, [1, 2])).toEqual(Float64Array.of(0, 0))
    expect(await area(0.3, 0.3, [1, 2])).toEqual(Float64Array.of(0, 0))
    const rough = brownianPath(B, key(1), { span: [0, 1], depth: 3 })
    expect(() => rough.increment({ step: 0, t: 0.51, s: 0.55 }, [1, 1])).toThrow(/step from 0.51 to 0.55.*larger depth/s)
    expect(B.shape(rough.increment({ step: 0, t: 0.45, s: 0.55 }, [1, 1]))).toEqual([1, 1])
    expect(() => rough.increment({ step: 0, t: 0.5, s: 1.5 }, [1, 1])).toThrow(/outside of \[0, 1\]/)
    for (const options of [
      { span: [1, 0] },
      { span: [0, Number.POSITIVE_INFINITY] },
      { span: [0, 1], depth: 0 },
      { span: [0, 1], depth: 49 },
      { span: [1e6, 1e6 + 1], depth: 48 },
      { span: [0, 1], firstSample: -1 },
    ] as const)
      expect(() => brownianPath(B, key(1), options)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
  })

  it('leaves no tensor but what it gives', () => {
    const before = B.liveTensors()
    for (const tensor of [path.increment({ step: 0, t: 1, s: 0 }, [3, 1]), path.levyArea({ step: 0, t: 1, s: 0 }, [3, 1])]) B.free(tensor)
    expect(B.liveTensors()).toBe(before)
  })
})
