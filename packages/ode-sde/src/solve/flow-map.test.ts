import { exponential, fromRows, key, timeGrid, vpLinear } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { pointCloud } from '@tweedie/score'
import { describe, expect, it } from 'vitest'
import { heun } from '../solver/explicit/heun.js'
import { ddim } from '../solver/exponential/ddim.js'
import { dpmSolver2M } from '../solver/exponential/dpm-solver-2m.js'
import { eulerMaruyama } from '../solver/stochastic/euler-maruyama.js'
import { odeTerm } from '../term/ode-term.js'
import { probabilityFlow } from '../term/probability-flow.js'
import { reverseSde } from '../term/reverse-sde.js'
import { flowMap } from './flow-map.js'
import { solve } from './solve.js'

const B = cpu()
const process = vpLinear()
const cloud = pointCloud(
  B,
  fromRows([
    [0, 1],
    [2, -1],
    [-1, 0.5],
  ]),
)(process)
const grid = exponential(process, 7)
const initial = B.normal(key(3), [4, 2])

describe('flowMap', () => {
  it.each([heun, ddim, dpmSolver2M])('takes the very steps of solve with $name, and leaves one tensor', async (solver) => {
    const flow = probabilityFlow(B, process, cloud)
    const { x } = await solve(B, flow, { initial, grid, solver })
    const before = B.liveTensors()
    const y = flowMap(B, flow, { grid, solver })(initial)
    expect(B.liveTensors()).toBe(before + 1)
    expect(await B.read(y)).toEqual(await B.read(x))
    for (const each of [x, y]) B.free(each)
  })

  it('takes the noise of solve from the same key', async () => {
    const term = reverseSde(B, process, cloud)
    const options = { grid, solver: eulerMaruyama, key: key(5), firstSample: 2 }
    const { x } = await solve(B, term, { ...options, initial })
    expect(await B.read(flowMap(B, term, options)(initial))).toEqual(await B.read(x))
  })

  it('goes up as well as down: back to where it started', async () => {
    const flow = probabilityFlow(B, process, cloud)
    const down = exponential(process, 400).filter((t) => t > 0.3)
    const there = flowMap(B, flow, { grid: down, solver: heun })(initial)
    const back = await B.read(flowMap(B, flow, { grid: [...down].reverse(), solver: heun })(there))
    const start = await B.read(initial)
    // Order 2 in 400 steps, there and back.
    back.forEach((value, k) => {
      expect(Math.abs(value - (start[k] as number))).toBeLessThan(5e-3)
    })
  })

  it('gives a tensor of its own, and leaves none when a step throws', () => {
    const still = flowMap(
      B,
      { ...odeTerm(B, (x) => B.mul(x, 0)), name: 'still' },
      { grid: timeGrid([1, 0]), solver: { ...ddim, step: (_, __, { x }) => ({ x, evaluations: 0 }) } },
    )
    expect(still(initial)).not.toBe(initial)
    const before = B.liveTensors()
    const broken = odeTerm(B, (x, t) => {
      B.exp(x)
      if (t < 0.5) throw new Error('stop')
      return B.mul(x, 1)
    })
    expect(() => flowMap(B, broken, { grid: timeGrid([1, 0.6, 0.3, 0]), solver: heun })(initial)).toThrow('stop')
    expect(B.liveTensors()).toBe(before)
  })

  it('refuses what solve refuses', () => {
    const flow = probabilityFlow(B, process, cloud)
    expect(() => flowMap(B, flow, { grid, solver: eulerMaruyama })(initial)).toThrow(/a solver with noise/)
    expect(() => flowMap(B, flow, { grid: timeGrid([2, 1.5]), solver: heun })(initial)).toThrow(/times from 2/)
  })
})
