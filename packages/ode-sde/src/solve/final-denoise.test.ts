import { fromRows, key, ornsteinUhlenbeck, uniformLogSnr, vanishingLinear } from '@tweedie/core'
import { pointCloud } from '@tweedie/score'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ddim } from '../solver/exponential/ddim.js'
import { exponentialEulerMaruyama } from '../solver/stochastic/exponential-euler-maruyama.js'
import { churnSde } from '../term/churn.js'
import { odeTerm } from '../term/ode-term.js'
import { probabilityFlow } from '../term/probability-flow.js'
import { reverseSde } from '../term/reverse-sde.js'
import { B } from '../testing/test-problems.js'
import { finalDenoise } from './final-denoise.js'
import { solve } from './solve.js'

const process = vanishingLinear()
const cloud = fromRows([
  [0, 1],
  [2, -1],
  [-1.5, 0.5],
])
const source = pointCloud(B, cloud)(process)
const flow = probabilityFlow(B, process, source)

describe('the final denoising step', () => {
  it('is the posterior mean of the process, on the flow and on equations with noise, of the field once', async () => {
    const coordinate = fc.integer({ min: -300, max: 300 }).map((k) => k / 100)
    await fc.assert(
      fc.asyncProperty(fc.tuple(coordinate, coordinate), fc.integer({ min: 1, max: 99 }), async (point, percent) => {
        const before = B.liveTensors()
        const time = percent / 100
        const x = B.tensor(point, [1, 2])
        const m = source(x, time)
        const expected = Array.from(await B.read(m))
        for (const term of [flow, reverseSde(B, process, source), churnSde(B, process, source, 0.5)]) {
          let calls = 0
          const nonlinear: typeof term.nonlinear = (y, t) => {
            calls++
            return term.nonlinear(y, t)
          }
          const denoised = finalDenoise({ ...term, nonlinear }, { x, time })
          expect(calls).toBe(1)
          expect(Array.from(await B.read(denoised))).toEqual(expected)
          B.free(denoised)
        }
        // x is still the caller's.
        expect(Array.from(await B.read(x))).toEqual([...point])
        B.free(x)
        B.free(m)
        expect(B.liveTensors()).toBe(before)
      }),
    )
  })

  it('is what a last step of order 1 onto σ = 0 takes by itself', async () => {
    const stop = process.timeOfLogSnr(3)
    const initial = B.normal(key(1), [20, 2])
    const grid = [1, ...uniformLogSnr(process, 20, { start: process.timeOfLogSnr(-6), stop })]
    const solution = await solve(B, flow, { initial, grid, solver: ddim })
    const onto = await solve(B, flow, { initial, grid: [...grid, 0], solver: ddim })
    const [denoised, whole] = [await B.read(finalDenoise(flow, solution)), await B.read(onto.x)]
    denoised.forEach((value, k) => expect(value).toBeCloseTo(whole[k] as number, 12))
    const reverse = reverseSde(B, process, source)
    const options = { initial, solver: exponentialEulerMaruyama, key: key(2) }
    const [short, long] = [await solve(B, reverse, { ...options, grid }), await solve(B, reverse, { ...options, grid: [...grid, 0] })]
    const [last, end] = [await B.read(finalDenoise(reverse, short)), await B.read(long.x)]
    last.forEach((value, k) => expect(value).toBeCloseTo(end[k] as number, 12))
  })

  it('brings samples of a cloud from its kernel density onto its points', async () => {
    const initial = B.normal(key(3), [50, 2])
    const grid = [1, ...uniformLogSnr(process, 60, { start: process.timeOfLogSnr(-6), stop: process.timeOfLogSnr(5) })]
    const solution = await solve(B, flow, { initial, grid, solver: ddim })
    const apart = (values: Float64Array): number[] =>
      Array.from({ length: 50 }, (_, i) =>
        Math.min(
          ...[0, 1, 2].map((k) => Math.hypot(...[0, 1].map((j) => (values[2 * i + j] as number) - (cloud.data[2 * k + j] as number)))),
        ),
      )
    const median = (distances: number[]): number => distances.sort((a, b) => a - b)[25] as number
    // σ = e^(−5/2)/(…) ≈ 0.08 is the bandwidth; a point two units from the next has weight e^(−2²/(2·0.08²)) there.
    expect(median(apart(await B.read(solution.x)))).toBeGreaterThan(0.03)
    expect(median(apart(await B.read(finalDenoise(flow, solution))))).toBeLessThan(1e-6)
  })

  it('is refused for an equation of no process, and at a time that is none of it', () => {
    const x = B.tensor([1, 1], [1, 2])
    expect(() =>
      finalDenoise(
        odeTerm(B, (y) => y),
        { x, time: 0.5 },
      ),
    ).toThrow(/InvalidArgument|no forward process/)
    for (const time of [-0.1, 1.1, Number.NaN]) expect(() => finalDenoise(flow, { x, time })).toThrow('outside [0, 1]')
    expect(() =>
      finalDenoise(probabilityFlow(B, ornsteinUhlenbeck(), pointCloud(B, cloud)(ornsteinUhlenbeck())), { x, time: 2 }),
    ).not.toThrow()
  })
})
