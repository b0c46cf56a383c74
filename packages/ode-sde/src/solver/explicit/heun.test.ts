import { edm, rectifiedFlow, vanishingLinear } from '@tweedie/core'
import { field } from '@tweedie/score'
import { describe, expect, it } from 'vitest'
import { solve } from '../../solve/solve.js'
import { probabilityFlow } from '../../term/probability-flow.js'
import { B, measuredOrder, problems, uniform } from '../../testing/test-problems.js'
import { heun } from './heun.js'

describe('heun', () => {
  for (const problem of problems)
    it(`has order 2 on ${problem.name}`, async () => {
      expect(Math.abs((await measuredOrder(heun, problem)) - heun.order)).toBeLessThan(0.15)
    })

  it('ends with an exponential Euler step where σ = 0, and lands on a point mass', async () => {
    const point = B.tensor([0.3, -2], [1, 2])
    const denoise = field(B, 'denoiser', (x) => B.add(B.mul(x, 0), point))
    for (const process of [vanishingLinear(), rectifiedFlow()]) {
      const initial = B.tensor([1, 1, -4, 0.1], [2, 2])
      const { x, statistics } = await solve(B, probabilityFlow(B, process, denoise), { initial, grid: uniform(1, 0, 5), solver: heun })
      for (const [k, value] of (await B.read(x)).entries()) expect(value).toBeCloseTo([0.3, -2][k % 2] as number, 12)
      expect(statistics.evaluations).toBe(9)
    }
  })

  it('takes the step of Karras et al., algorithm 1, under the EDM process', async () => {
    const process = edm({ sigmaMin: 0.01, sigmaMax: 10 })
    const initial = B.tensor([5], [1, 1])
    const denoise = field(B, 'denoiser', (x) => B.tanh(x))
    const { x } = await solve(B, probabilityFlow(B, process, denoise), { initial, grid: [8, 3], solver: heun })
    const d = (5 - Math.tanh(5)) / 8
    const there = 5 + (3 - 8) * d
    const dThere = (there - Math.tanh(there)) / 3
    expect((await B.read(x))[0]).toBeCloseTo(5 + (3 - 8) * 0.5 * (d + dThere), 13)
  })
})
