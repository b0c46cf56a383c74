import { checked, fromRows, hostMatrix, key, type Matrix } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { autodiff, type Traced } from '@tweedie/nn'
import { evenly } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundOf, softClip } from './soft-clip.js'
import { centralDifferences } from './test-support.js'

const B = cpu()

const clip = async (bound: Parameters<typeof softClip>[1], z: readonly number[]): Promise<number[]> => [
  ...(await B.read(softClip('test', bound, 1)(B)(B.tensor(z, [z.length, 1])))),
]

const boxes = fc.record({ low: evenly(-50, 50), width: evenly(0.01, 20), softness: evenly(0.002, 1) })
const softplus = (u: number): number => (u > 0 ? u + Math.log1p(Math.exp(-u)) : Math.log1p(Math.exp(u)))

describe('softClip', () => {
  it('is low + s [softplus((z − low)/s) − softplus((z − high)/s)]', async () => {
    await fc.assert(
      fc.asyncProperty(boxes, evenly(-2, 3), async ({ low, width, softness }, at) => {
        const [high, s, z] = [low + width, softness * width, low + at * width]
        const [y] = (await clip({ low: [low], high: [high], softness }, [z])) as [number]
        // Rounding of the numbers of the formula, the largest of which is |z| + 1000 s.
        expect(Math.abs(y - (low + s * (softplus((z - low) / s) - softplus((z - high) / s))))).toBeLessThan(1e-12 * (100 + 50 * width))
      }),
    )
  })

  it('lies in the box whatever comes, increases, and is the identity but for s e^(−d/s)', async () => {
    const anything = fc.oneof(evenly(-3, 4), fc.double({ min: -1e308, max: 1e308, noNaN: true }), fc.constantFrom(-1 / 0, 1 / 0))
    await fc.assert(
      fc.asyncProperty(boxes, fc.array(anything, { minLength: 2, maxLength: 8 }), async ({ low, width, softness }, relative) => {
        const [high, s] = [low + width, softness * width]
        const z = relative.map((at) => low + at * width).sort((a, b) => a - b)
        const y = await clip({ low: [low], high: [high], softness }, z)
        const rounding = 1e-14 * (Math.abs(low) + width)
        y.forEach((value, k) => {
          const [own, before] = [z[k] as number, y[k - 1] ?? low]
          expect(value).toBeGreaterThanOrEqual(low)
          expect(value).toBeLessThanOrEqual(high)
          expect(value).toBeGreaterThanOrEqual(before - rounding)
          const inside = Math.min(own - low, high - own)
          // Strictly inside where s e^(−d/s) is seen beside the walls' own rounding.
          if (inside > -20 * s && Math.abs(low) < 1e3 * s) expect(value > low && value < high).toBe(true)
          if (inside >= 0) expect(Math.abs(value - own)).toBeLessThanOrEqual(s * Math.exp(-inside / s) + rounding)
        })
      }),
    )
  })

  it('turns over with the box: the clip of the mirror image is the mirror image of the clip', async () => {
    await fc.assert(
      fc.asyncProperty(boxes, evenly(-2, 3), async ({ low, width, softness }, at) => {
        const [high, z] = [low + width, low + at * width]
        const [y] = (await clip({ low: [low], high: [high], softness }, [z])) as [number]
        const [mirrored] = (await clip({ low: [-high], high: [-low], softness }, [-z])) as [number]
        expect(Math.abs(y + mirrored)).toBeLessThan(1e-12 * (100 + 50 * width))
      }),
    )
  })

  it('has the gradient of its central differences, between 0 and 1, at the walls and far away too', async () => {
    const D = autodiff(B)
    const slope = (bound: Parameters<typeof softClip>[1], z: ArrayLike<number>) => {
      const function_ = softClip('test', bound, 2)(D)
      return B.read(D.gradient((x: Matrix<Traced<CpuTensor>>) => D.sum(function_(x)))(B.tensor(z, [z.length / 2, 2])))
    }
    await fc.assert(
      fc.asyncProperty(evenly(0.1, 1), fc.array(evenly(-8, 8), { minLength: 4, maxLength: 4 }), async (softness, numbers) => {
        const bound = { low: [-2, 1], high: [3, 4], softness }
        const z = Float64Array.from(numbers)
        const sum = async (x: Float64Array): Promise<number> =>
          (await B.read(softClip('test', bound, 2)(B)(B.tensor(x, [2, 2])))).reduce((total, value) => total + value, 0)
        const [exact, approximate] = [await slope(bound, z), await centralDifferences(sum, z)]
        exact.forEach((value, e) => {
          // Truncation: h²/6 times a third derivative of at most 1/s² = 11; rounding: 1e-15 · 10/h.
          expect(Math.abs(value - (approximate[e] as number))).toBeLessThan(1e-8)
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(1)
        })
      }),
      { numRuns: 40 },
    )
    const atWalls = await slope({ low: [0, 0], high: [1, 1], softness: 0.01 }, [0, 1, 0.5, 0.5, 1e300, -1e300])
    // σ(0) − σ(−100), then 1 − 2 σ(−50), then nothing.
    ;[0.5, 0.5, 1, 1, 0, 0].forEach((value, e) => expect(atWalls[e]).toBeCloseTo(value, 15))
  })

  it('gives a column of no width its one value, with slope 0', async () => {
    const D = autodiff(checked(B))
    const bound = { low: [3, 0], high: [3, 1] }
    const z = B.tensor([-5, 0.5, 3, 0.5, 8, 0.5], [3, 2])
    const y = await B.read(softClip('test', bound, 2)(B)(z))
    expect([y[0], y[2], y[4]]).toEqual([3, 3, 3])
    const gradient = await B.read(D.gradient((x: Matrix<Traced<CpuTensor>>) => D.sum(softClip('test', bound, 2)(D)(x)))(z))
    expect([gradient[0], gradient[4]]).toEqual([0, 0])
  })

  it('keeps NaN, and frees all but its result', async () => {
    expect(await clip({ low: [0], high: [1] }, [Number.NaN])).toEqual([Number.NaN])
    const function_ = softClip('test', { low: [0], high: [1] }, 1)(B)
    const z = B.full([4, 1], 2)
    const before = B.liveTensors()
    function_(z)
    expect(B.liveTensors()).toBe(before + 1)
  })

  it('refuses boxes that are none', () => {
    expect(() => softClip('f, bound', { low: [0], high: [1, 2] }, 2)).toThrow(/f, bound: a bound of 1 and 2 columns for 2/)
    for (const [low, high] of [
      [1, 0],
      [0, Number.NaN],
      [0, Number.POSITIVE_INFINITY],
      [-1e308, 1e308],
    ] as const)
      expect(() => softClip('f', { low: [low], high: [high] }, 1)).toThrow(/in column 0\. Use low ≤ high/)
    for (const softness of [0, -1, 1.5, Number.NaN]) expect(() => softClip('f', { low: [0], high: [1], softness }, 1)).toThrow(/softness/)
  })
})

describe('boundOf', () => {
  it('holds the data, each side out by the margin', () => {
    const data = fromRows([
      [1, 5],
      [3, 5],
      [-1, 5],
    ])
    expect(boundOf(data, { margin: 0 })).toEqual({ low: [-1, 5], high: [3, 5] })
    expect(boundOf(data, { margin: 0.25 })).toEqual({ low: [-2, 5], high: [4, 5] })
    expect(boundOf(data)).toEqual(boundOf(data, { margin: 0.05 }))
  })

  it('refuses no rows, NaN and a negative margin', () => {
    expect(() => boundOf(hostMatrix([], 0, 2))).toThrow(/without rows/)
    expect(() =>
      boundOf(
        fromRows([
          [0, 1],
          [2, Number.NaN],
        ]),
      ),
    ).toThrow(/NaN in row 1, column 1/)
    expect(() => boundOf(fromRows([[0]]), { margin: -0.1 })).toThrow(/margin -0\.1/)
  })

  it('leaves the data nearly where they are by default', async () => {
    const z = [...(await B.read(B.normal(key(1), [50])))]
    const y = await clip(boundOf(hostMatrix(z, 50, 1)), z)
    const width = Math.max(...z) - Math.min(...z)
    // At a margin of 0.05 of the width w and s = 0.011 w, s e^(−0.05/0.011) = 1.2e-4 w.
    z.forEach((value, k) => expect(Math.abs((y[k] as number) - value)).toBeLessThan(1.3e-4 * width))
  })
})
