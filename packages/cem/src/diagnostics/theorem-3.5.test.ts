/** Paper B, Theorem 3.5. The paper's S is −score. */
import { type ForwardProcess, fold, fromRows, hostMatrix, normalArray, rectifiedFlow, vanishingLinear, vpLinear } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import type { Field, Kind } from '@tweedie/score'
import { evenly, keys } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { circleSupport } from '../support/circle-support.js'
import { lineNormal } from '../support/line-normal.js'
import { points, randomPoints } from '../support/points.js'
import { spiral } from '../support/spiral.js'
import type { Support } from '../support/support.js'
import { blowUpOrder } from './blow-up-order.js'
import { at, B, minus, norm, ou, rowsOf, views } from './test-support.js'

describe('Theorem 3.5', () => {
  const expectBlowUp = async (
    process: ForwardProcess,
    { denoiser, score, noise }: ReturnType<typeof views>,
    x: readonly number[],
    nearest: readonly number[],
    bend: number,
  ) => {
    // σ/α from 0.03 to 0.006 (the smallest that the quadratures have here): the relative error falls with σ².
    for (const ratio of [0.03, 0.012, 0.006]) {
      const t = process.timeOfLogSnr(-2 * Math.log(ratio))
      const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
      // (y_x − x)(1 + o(1)) with corrections from α = 1 − O(σ²), and from a posterior mean that bends away from y_x by a few σ²/(radius of curvature).
      const slack = (1 - alpha) * (norm(x) + norm(nearest)) + 4 * bend * ratio ** 2 + 1e-13
      const [m, s, e] = await Promise.all([denoiser, score, noise].map(async (f) => (await at(f, [x], t))[0] as number[]))
      expect(norm(minus(m as number[], nearest))).toBeLessThanOrEqual(4 * bend * ratio ** 2 + 1e-13 + (1 - alpha) * norm(x) * 4)
      expect(
        norm(
          minus(
            (s as number[]).map((v) => v * sigma ** 2),
            minus(nearest, x),
          ),
        ),
      ).toBeLessThanOrEqual(5 * slack)
      expect(
        norm(
          minus(
            (e as number[]).map((v) => v * sigma),
            minus(x, nearest),
          ),
        ),
      ).toBeLessThanOrEqual(5 * slack)
    }
  }

  it.each([ou, vpLinear()])('of points, under any such process: the score times σ² goes to y_x − x', (process) =>
    fc.assert(
      fc.asyncProperty(keys(), fc.integer({ min: 1, max: 20 }), async (of, n) => {
        const support = randomPoints(of, n, 2)
        const x = hostMatrix(
          normalArray(fold(of, 1), 2).map((z) => 0.5 + 0.5 * z),
          1,
          2,
        )
        const rows = rowsOf(support.points)
        const squares = rows.map((row) => norm(minus(row, rowsOf(x)[0] as number[])) ** 2).sort((a, b) => a - b)
        // The weight of the second nearest is e^(−gap/(2σ²)), below e^(−27) at σ = 0.03 (and α moves the gap by 1e-3).
        fc.pre((squares[1] ?? 9) - (squares[0] as number) > 0.05)
        const made = views(support, process)
        await expectBlowUp(process, made, rowsOf(x)[0] as number[], rows[support.nearest(x)[0] as number] as number[], 0.25)
        made.denoiser.free()
      }),
      { numRuns: 20 },
    ),
  )

  // Off the curve at up to a third of its radius of curvature (0.94 for the spiral at U = 1), inside its ends.
  it.each([
    ['line', lineNormal(), 0.25],
    ['circle', circleSupport(1), 1],
    ['spiral', spiral({ nodes: 65_536 }), 1],
  ] as const)('of a %s: the score times σ² goes to y_x − x, the denoiser to y_x', (_, support, bend) => {
    const made = views(support)
    return fc.assert(
      fc.asyncProperty(keys(), evenly(-0.3, 0.3), async (of, shift) => {
        const base = support.sample(of, 1)
        const probe = hostMatrix([(base.data[0] as number) + shift, (base.data[1] as number) + shift], 1, 2)
        const u = support.coordinates?.(probe)[0] as number
        fc.pre(u > 0.02 && u < 0.98)
        const x = rowsOf(probe)[0] as number[]
        await expectBlowUp(ou, made, x, nearestTo(support, x), bend)
      }),
      { numRuns: 8 },
    )
  })

  it('in orders: −1, −½ and 0 of t for score, noise and denoiser, −2, −1 and 0 of σ', async () => {
    // At |x| of order 1 the relative corrections are O(t): slopes are off by about t at the largest time.
    const small = [1e-3, 3e-4, 1e-4, 3e-5, 1e-5]
    for (const [support, x] of [
      [lineNormal(), [1, -0.1]],
      [
        points(
          fromRows([
            [0.3, 0.4],
            [2, 2],
          ]),
        ),
        [1, 1],
      ],
      [circleSupport(2), [1, 1]],
    ] as const) {
      const { denoiser, score, noise } = views(support)
      const order = async (f: Field<Kind, CpuTensor>, against: 'time' | 'sigma') =>
        (await blowUpOrder(B, { field: f, process: ou, points: fromRows([x]), times: small, against }))[0]?.order as number
      expect(await order(score, 'time')).toBeCloseTo(-1, 2)
      expect(await order(noise, 'time')).toBeCloseTo(-0.5, 2)
      expect(await order(denoiser, 'time')).toBeCloseTo(0, 2)
      expect(await order(score, 'sigma')).toBeCloseTo(-2, 2)
      expect(await order(noise, 'sigma')).toBeCloseTo(-1, 2)
    }
    for (const process of [vpLinear(), rectifiedFlow(), vanishingLinear()]) {
      const { score } = views(lineNormal(), process)
      const sigmas = [1e-2, 3e-3, 1e-3].map((sigma) => process.timeOfLogSnr(-2 * Math.log(sigma)))
      const [found] = await blowUpOrder(B, { field: score, process, points: fromRows([[1, -0.1]]), times: sigmas, against: 'sigma' })
      expect(found?.order).toBeCloseTo(-2, 1)
    }
  })

  it('refuses one time, and a field that is 0', async () => {
    const { score } = views(lineNormal())
    const ask = (times: readonly number[], x: readonly number[]) =>
      blowUpOrder(B, { field: score, process: ou, points: fromRows([x]), times })
    await expect(ask([0.1], [1, 1])).rejects.toThrow(/two different times/)
    await expect(ask([0, 0.1], [1, 1])).rejects.toThrow(/two different times/)
    await expect(ask([0.2, 0.1], [0, 0])).rejects.toThrow(/is 0 at point 0/)
  })
})

/** The nearest point of a line, a circle about 0 or the spiral, from the coordinate (the circle's angle, the spiral's U). */
const nearestTo = (support: Support, x: readonly number[]): number[] => {
  if (support.name === 'line') return [x[0] as number, 0]
  if (support.name === 'circle') return x.map((v) => v / norm(x))
  const u = 1 + 12 * (support.coordinates?.(fromRows([x]))[0] as number)
  return [u * Math.cos(u), u * Math.sin(u)]
}
