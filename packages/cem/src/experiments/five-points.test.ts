import { cpu } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { type FivePointsSettings, runFivePoints } from './five-points/run.js'
import { fivePoints } from './five-points.js'
import { seedKeys } from './parts/seeds.js'
import { contextOf, faultsOf } from './parts/test-support.js'

const B = cpu()
const settings: FivePointsSettings = { samples: 60, biasSamples: 90, steps: 25, refinedSteps: 50, exponent: 5, shownAfter: [1, 12, 25] }

describe('five points', () => {
  it('gives the same bytes for the same seeds, in the form of a result, and leaves no tensor', async () => {
    const before = B.liveTensors()
    const run = () => fivePoints.run(B, settings, 'tiny', contextOf([3, 4]))
    const result = await run()
    expect(faultsOf(result, fivePoints, settings, [3, 4])).toEqual([])
    expect(JSON.stringify(await run())).toBe(JSON.stringify(result))
    expect(B.liveTensors()).toBe(before)
    expect(result.claims.length).toBe(3)
    expect(result.figures[0]?.panels.length).toBe(settings.shownAfter.length + 1)
    // The first seed is the same alone as among others.
    const alone = await fivePoints.run(B, settings, 'tiny', contextOf([3]))
    expect(alone.measures.map(({ ours }) => ours)).toEqual(result.measures.map(({ ours }) => ours))
    expect(alone.figures).toEqual(result.figures)
  })

  it('every sample ends on a point, and what is shown last are the first of those that are counted', async () => {
    const { points, shares, refinedShares, manyShares, manyRefinedShares, farthest, shown } = await runFivePoints(
      B,
      settings,
      { seed: 1, keys: seedKeys(1), first: true },
      contextOf([1]),
    )
    // The last step, Δ = 10/25⁵, takes x to m − (Δ/2)(x − m) + O(Δ²), |x − m| of the size of √Δ; the denoiser of points that are apart is one of them.
    const step = 10 / 25 ** 5
    expect(farthest).toBeLessThan(4 * step ** 1.5)
    for (const each of [shares, refinedShares, manyShares, manyRefinedShares]) expect(each.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 14)
    const last = shown.at(-1)
    expect(last?.time).toBe(0)
    const counted = [0, 0, 0, 0, 0]
    for (let i = 0; i < settings.samples; i++) {
      const own = Array.from({ length: 5 }, (_, k) =>
        Math.hypot(...[0, 1].map((j) => (last?.samples.data[2 * i + j] as number) - (points.data[2 * k + j] as number))),
      )
      const nearest = own.indexOf(Math.min(...own))
      counted[nearest] = (counted[nearest] as number) + 1
    }
    expect(counted.map((count) => count / settings.samples)).toEqual(shares)
  })

  it('frequencies are a fifth to within Monte Carlo error on a fine grid', async () => {
    const fine = { ...settings, samples: 400, biasSamples: 400, steps: 2, refinedSteps: 200, shownAfter: [1] }
    const { refinedShares } = await runFivePoints(B, fine, { seed: 5, keys: seedKeys(5), first: false }, contextOf([5]))
    // 4.5 standard errors of one of five: 7e-6 a frequency, and the bias of 200 steps, below 0.02.
    const bound = 4.5 * Math.sqrt((0.2 * 0.8) / fine.samples) + 0.02
    for (const share of refinedShares) expect(Math.abs(share - 0.2)).toBeLessThan(bound)
  })

  it('stops with its signal', async () => {
    await expect(fivePoints.run(B, settings, 'tiny', contextOf([1], { signal: AbortSignal.abort() }))).rejects.toMatchObject({
      _tag: 'Aborted',
    })
  })
})
