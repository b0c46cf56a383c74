import { cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  adaptive,
  bogackiShampine32,
  dop853,
  dormandPrince54,
  heun,
  odeTerm,
  rosenbrock,
  type StateEvent,
  solve,
  trajectory,
  tsitouras54,
} from '../index.js'

/** What is left of solves under adaptive control, with dense output, saved times and events: what was asked for, and nothing else. */
const runs = fc.record({
  solver: fc.constantFrom(bogackiShampine32, dormandPrince54, tsitouras54, dop853, rosenbrock(), heun),
  // A first step that is too long is rejected.
  firstStep: fc.constantFrom(undefined, 0.9),
  dense: fc.boolean(),
  saveAt: fc.constantFrom(undefined, [0.1, 0.5, 1], [0.05, 0.3, 0.31]),
  event: fc.constantFrom<'none' | 'passing' | 'terminal'>('none', 'passing', 'terminal'),
  upwards: fc.boolean(),
})
type Run = typeof runs extends fc.Arbitrary<infer R> ? R : never

const setUp = ({ solver, firstStep, dense, saveAt, event, upwards }: Run, spoil: (call: number) => boolean = () => false) => {
  const B = cpu()
  let calls = 0
  const term = odeTerm(B, (x) => {
    const y = B.mul(x, upwards ? -2 : 2)
    if (spoil(++calls)) throw new RangeError('mine')
    return y
  })
  const half: StateEvent<ReturnType<typeof B.neg>> = {
    of: (x) => B.sub(B.mul(B.sum(x), 0.25), 0.5),
    terminal: event === 'terminal',
  }
  const grid = solver === heun ? [0, 0.2, 0.45, 0.7, 1] : [0, 0.45, 1]
  const options = {
    initial: B.full([2, 2], 1),
    grid: upwards ? grid : [...grid].map((t) => 1 - t),
    solver,
    dense,
    ...(solver !== heun && { control: adaptive({ rtol: 1e-5, atol: 1e-6, ...(firstStep && { firstStep }) }) }),
    ...(saveAt && { saveAt: upwards ? saveAt : saveAt.map((t) => 1 - t) }),
    ...(event !== 'none' && { event: half }),
  }
  return { B, term, options, calls: () => calls }
}

describe('an adaptive solve', () => {
  it('leaves what it returns', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async (run) => {
        const { B, term, options } = setUp(run)
        const solution = await solve(B, term, options)
        if (run.event === 'terminal') expect(run.upwards ? solution.time : 1 - solution.time).toBeCloseTo(Math.LN2 / 2, 1)
        if ('freeInterpolation' in solution) (solution.freeInterpolation as () => void)()
        expect('freeInterpolation' in solution).toBe(run.dense)
        for (const { x } of [solution, ...solution.saved, ...solution.crossings]) B.free(x)
        expect(B.liveTensors()).toBe(1)
        expect(await B.read(options.initial)).toEqual(new Float64Array(4).fill(1))
      }),
      { numRuns: 80 },
    )
  })

  it('leaves nothing where the field throws, at any evaluation, or the signal fires in one, a rejected step included', async () => {
    await fc.assert(
      fc.asyncProperty(runs, fc.nat(60), fc.boolean(), async (run, at, thrown) => {
        const controller = new AbortController()
        const { B, term, options, calls } = setUp(run, (call) => {
          if (call === at && !thrown) controller.abort()
          return call === at && thrown
        })
        const outcome = await solve(B, term, { ...options, signal: controller.signal }).then(
          (solution) => {
            if ('freeInterpolation' in solution) (solution.freeInterpolation as () => void)()
            for (const { x } of [solution, ...solution.saved, ...solution.crossings]) B.free(x)
            return undefined
          },
          (error) => error,
        )
        if (outcome === undefined) expect(calls() < at || at === 0 || !thrown).toBe(true)
        else if (thrown) expect(outcome).toBeInstanceOf(RangeError)
        else expect(outcome).toMatchObject({ _tag: 'Aborted' })
        expect(B.liveTensors()).toBe(1)
      }),
      { numRuns: 120 },
    )
  })

  it('leaves nothing where a trajectory is left', async () => {
    await fc.assert(
      fc.asyncProperty(runs, fc.nat(2), async (run, last) => {
        const { B, term, options } = setUp(run)
        const { initial, grid, solver, control } = options
        for await (const { x, step } of trajectory(B, term, { initial, grid, solver, control })) {
          B.free(x)
          if (step >= last) break
        }
        expect(B.liveTensors()).toBe(1)
      }),
      { numRuns: 40 },
    )
  })
})
