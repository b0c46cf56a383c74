import { type Backend, fromRows, key, linear, ornsteinUhlenbeck } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { adaptive, brownianPath, probabilityFlow, reverseSde, type SolveOptions, solve } from '@tweedie/ode-sde'
import { gaussian, pointCloud } from '@tweedie/score'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { solvers } from './solvers.js'

const process = ornsteinUhlenbeck()
const grid = linear(process, 2, { start: 1.2, stop: 0.6 })
/** On the line, where solves are cheapest. */
const fields = <N>(B: Backend<N>) => [
  gaussian(B, { mean: [1], covariance: fromRows([[0.5]]) })(process),
  pointCloud(B, fromRows([[0], [1.5]]))(process),
]
/** A first step over half the way, which is often rejected. */
const loose = adaptive({ rtol: 2e-3, atol: 2e-4, firstStep: 0.3 })
const controllable = solvers.filter(({ errorOrder }) => errorOrder !== undefined)

describe('10,000 solves', () => {
  test('leave no tensor, with every solver in turn, on fixed grids and step-controlled', async () => {
    const B = cpu()
    const sources = fields(B)
    const initial = B.normal(key(1), [2, 1])
    const before = B.liveTensors()
    // Solvers, step-controlled solvers, and solvers again, round and round; a fifth of the rounds saves, one has the solution at every time,
    // and in one the noise is a path.
    const runs = [
      ...solvers.map((solver) => ({ solver })),
      ...controllable.map((solver) => ({ solver, control: loose })),
      ...solvers.map((solver) => ({ solver })),
    ]
    const seen = { solves: 0, steps: 0, rejected: 0 }
    for (let k = 0; k < 10_000; k++) {
      const { solver, ...control } = runs[k % runs.length] as (typeof runs)[number]
      const round = Math.floor(k / runs.length)
      const source = sources[round % sources.length] as (typeof sources)[number]
      const term = solver.kind === 'sde' ? reverseSde(B, process, source) : probabilityFlow(B, process, source)
      const options: SolveOptions<CpuTensor> = {
        initial,
        grid,
        solver,
        ...control,
        ...(solver.kind === 'sde' &&
          (round % 5 === 3 ? { brownian: brownianPath(B, key(k), { span: [0, 2], depth: 8 }) } : { key: key(k) })),
      }
      if (round % 5 === 1 && solver.kind === 'ode') {
        const { x, saved, freeInterpolation } = await solve(B, term, { ...options, dense: true, save: 'all' })
        freeInterpolation()
        for (const tensor of [x, ...saved.map((each) => each.x)]) B.free(tensor)
      } else {
        const { x, saved, statistics } = await solve(B, term, { ...options, save: round % 5 === 2 ? 'all' : 'none' })
        for (const tensor of [x, ...saved.map((each) => each.x)]) B.free(tensor)
        seen.steps += statistics.accepted
        seen.rejected += statistics.rejected
      }
      seen.solves++
      if (B.liveTensors() !== before) expect.fail(`${B.liveTensors() - before} tensors are left after solve ${k}, with ${solver.name}`)
    }
    expect(seen.solves).toBe(10_000)
    expect(seen.steps).toBeGreaterThan(10_000)
    expect(seen.rejected).toBeGreaterThan(100)
    expect(controllable.length).toBeGreaterThan(3)
    for (const source of sources) source.free()
    B.free(initial)
    expect(B.liveTensors()).toBe(0)
  }, 120_000)
})

describe('an abort during a solve', () => {
  const cases = fc.record({
    choice: fc.nat(1000),
    controlled: fc.boolean(),
    after: fc.integer({ min: 0, max: 10 }),
    keep: fc.constantFrom('nothing', 'states', 'times', 'solution'),
  })

  test('frees everything and rejects as Aborted, after any step, on fixed grids and step-controlled', async () => {
    const B = cpu()
    const [source] = fields(B)
    if (source === undefined) throw new Error('no field')
    const initial = B.normal(key(2), [3, 1])
    const times = linear(process, 12, { start: 2, stop: 0.2 })
    const before = B.liveTensors()
    await fc.assert(
      fc.asyncProperty(cases, async ({ choice, controlled, after, keep }) => {
        const among = controlled ? controllable : solvers
        const solver = among[choice % among.length] as (typeof among)[number]
        const sde = solver.kind === 'sde'
        const controller = new AbortController()
        let taken = 0
        const options: SolveOptions<CpuTensor> = {
          initial,
          grid: times,
          solver,
          signal: controller.signal,
          onProgress: () => {
            if (taken++ === after) controller.abort()
          },
          ...(controlled && { control: loose }),
          ...(sde && { key: key(3) }),
          ...(keep === 'states' && { save: 'all' as const }),
          ...(keep === 'times' && { saveAt: sde ? [times[1] as number] : [1.9, 1.3, 0.7] }),
        }
        const term = sde ? reverseSde(B, process, source) : probabilityFlow(B, process, source)
        const solving = keep === 'solution' && !sde ? solve(B, term, { ...options, dense: true }) : solve(B, term, options)
        await expect(solving).rejects.toMatchObject({ _tag: 'Aborted' })
        expect(taken).toBe(after + 1)
        expect(B.liveTensors()).toBe(before)
      }),
      { numRuns: 400 },
    )
  })
  test('reaches a long solve from a timer, since the event loop has its turn', async () => {
    const B = cpu()
    const [source] = fields(B)
    if (source === undefined) throw new Error('no field')
    const initial = B.normal(key(2), [3, 1])
    const before = B.liveTensors()
    const term = probabilityFlow(B, process, source)
    const endless = adaptive({ rtol: 1e-13, atol: 0, maxSteps: 1e9 })
    // Minutes of work each, were they not aborted.
    for (const options of [{ grid: linear(process, 3e6, { start: 2, stop: 0.2 }) }, { grid, control: endless }]) {
      const solver = controllable.find(({ name }) => name === 'bogackiShampine32')
      if (solver === undefined) throw new Error('no such solver')
      const controller = new AbortController()
      setTimeout(() => controller.abort(), 60)
      const began = performance.now()
      await expect(solve(B, term, { initial, solver, signal: controller.signal, ...options })).rejects.toMatchObject({ _tag: 'Aborted' })
      // A turn every 30 ms or so; the rest is room for a busy machine.
      expect(performance.now() - began).toBeLessThan(5000)
      expect(B.liveTensors()).toBe(before)
    }
  })
})
