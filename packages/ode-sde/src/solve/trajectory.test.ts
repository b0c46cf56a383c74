import { key, ornsteinUhlenbeck } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { ddim } from '../solver/exponential/ddim.js'
import { eulerMaruyama } from '../solver/stochastic/euler-maruyama.js'
import { odeTerm } from '../term/ode-term.js'
import { probabilityFlow } from '../term/probability-flow.js'
import { reverseSde } from '../term/reverse-sde.js'
import { B, gaussianField, uniform } from '../testing/test-problems.js'
import { solve } from './solve.js'
import { trajectory } from './trajectory.js'

const process = ornsteinUhlenbeck()
const field = gaussianField({ mean: [1, -2], variance: [0.25, 2] }, process)
const grid = uniform(2, 0.1, 7)

describe('trajectory', () => {
  it('yields the states that solve saves, bit for bit', async () => {
    for (const [term, solver, noise] of [
      [probabilityFlow(B, process, field), ddim, {}],
      [reverseSde(B, process, field), eulerMaruyama, { key: key(4) }],
    ] as const) {
      const options = { initial: B.full([3, 2], 1), grid, solver, ...noise }
      const { saved } = await solve(B, term, { ...options, save: 'all' })
      let count = 0
      for await (const { step, time, x } of trajectory(B, term, options)) {
        expect(step).toBe(count)
        expect(time).toBe(grid[step])
        expect(await B.read(x)).toEqual(await B.read((saved[step] as { x: CpuTensor }).x))
        B.free(x)
        count++
      }
      expect(count).toBe(grid.length)
    }
  })

  it('gives its states away, and leaves nothing when the loop is left early', async () => {
    const own = cpu()
    const term = odeTerm(own, (x) => own.neg(x))
    const initial = own.full([2, 2], 1)
    const kept: CpuTensor[] = []
    for await (const { step, x } of trajectory(own, term, { initial, grid, solver: ddim })) {
      kept.push(x)
      if (step === 4) break
    }
    expect(own.liveTensors()).toBe(1 + 5)
    expect((await own.read(kept[0] as CpuTensor))[0]).toBe(1)
    for (const x of kept) own.free(x)
    expect(own.liveTensors()).toBe(1)
    expect((await own.read(initial))[0]).toBe(1)
  })

  it('refuses as solve does, and checks every state that it hands out', async () => {
    const term = odeTerm(B, (x, t) => B.mul(x, t > 1 ? 1 : Number.NaN))
    const initial = B.full([2, 2], 1)
    await expect(trajectory(B, term, { initial, grid: [1, 1], solver: ddim }).next()).rejects.toMatchObject({ _tag: 'InvalidArgument' })
    const times: number[] = []
    const run = async () => {
      for await (const { time } of trajectory(B, term, { initial, grid: [2, 1.5, 0.9, 0.8, 0.5], solver: ddim })) times.push(time)
    }
    await expect(run()).rejects.toMatchObject({ _tag: 'NotFinite' })
    expect(times).toEqual([2, 1.5, 0.9])
  })

  it('stops when the signal fires', async () => {
    const controller = new AbortController()
    const states = trajectory(
      B,
      odeTerm(B, (x) => x),
      { initial: B.full([2, 2], 1), grid, solver: ddim, signal: controller.signal },
    )
    await states.next()
    await states.next()
    controller.abort()
    await expect(states.next()).rejects.toMatchObject({ _tag: 'Aborted' })
    expect(await states.next()).toEqual({ done: true, value: undefined })
  })
})
