import { isTweedieError, key, ornsteinUhlenbeck } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adaptive } from '../control/control.js'
import { bogackiShampine32 } from '../solver/explicit/bogacki-shampine-32.js'
import { dop853 } from '../solver/explicit/dop853.js'
import { dormandPrince54 } from '../solver/explicit/dormand-prince-54.js'
import { rungeKutta4 } from '../solver/explicit/runge-kutta-4.js'
import { eulerMaruyama } from '../solver/stochastic/euler-maruyama.js'
import { odeTerm } from '../term/ode-term.js'
import { reverseSde } from '../term/reverse-sde.js'
import { gaussianField, uniform } from '../testing/test-problems.js'
import type { Crossing, SolveEvent, StateEvent } from './event.js'
import { solve } from './solve.js'

const B = cpu()
const control = adaptive({ rtol: 1e-8, atol: 1e-10 })
const column = (x: CpuTensor, j: number) => B.sum(B.slice(x as never, 1, j, j + 1) as never)
const entry = (j: number, level = 0): StateEvent<CpuTensor> => ({ of: (x) => B.sub(column(x as CpuTensor, j), level) as never })
const rotation = B.tensor([0, -1, 1, 0], [2, 2])
/** x″ = −x as (x, v): x = cos t from (1, 0). */
const oscillator = odeTerm(B, (x) => B.matMul(x, rotation))
/** x″ = −g as (x, v). */
const fall = B.tensor([0, 0, 1, 0], [2, 2])
const projectile = odeTerm(B, (x) => B.add(B.matMul(x, fall), B.tensor([0, -9.81], [1, 2])))
const fromRest = B.tensor([1, 0], [1, 2])

describe('events', () => {
  it('stop a projectile where it lands: t = 2v/g, at −v', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        fc.constantFrom(dormandPrince54, dop853, bogackiShampine32),
        async (v, solver) => {
          const { x, time, crossings, statistics } = await solve(B, projectile, {
            initial: B.tensor([0, v], [1, 2]),
            grid: [0, 100],
            solver,
            control,
            event: { ...entry(0), direction: 'falling' },
          })
          // A parabola: every method of order 2 or more and its dense output are exact.
          expect(Math.abs(time - (2 * v) / 9.81)).toBeLessThan(1e-10 * (1 + time))
          const [height = 1, speed = 1] = await B.read(x)
          expect(Math.abs(height)).toBeLessThan(1e-9 * (1 + v * time))
          expect(Math.abs(speed + v)).toBeLessThan(1e-9 * (1 + v))
          expect(crossings).toMatchObject([{ event: 0, time, terminal: true }])
          expect(statistics.finalTime).toBe(time)
          expect(await B.read((crossings[0] as Crossing<CpuTensor>).x)).toEqual(await B.read(x))
        },
      ),
      { numRuns: 20 },
    )
  })

  it('count rising, falling or both crossings, forwards and backwards', async () => {
    const halfPi = Math.PI / 2
    for (const sign of [1, -1])
      for (const solver of [dormandPrince54, dop853]) {
        const times = async (direction: 'rising' | 'falling' | 'both') => {
          const event = { ...entry(0), direction, terminal: false }
          const { crossings, time } = await solve(B, oscillator, { initial: fromRest, grid: [0, sign * 10], solver, control, event })
          expect(time).toBe(sign * 10)
          expect(crossings.every(({ terminal }) => !terminal)).toBe(true)
          return crossings.map((crossing) => crossing.time * sign)
        }
        // cos t = 0; the tolerance of 1e-8 a step over 10 units of time.
        const [both, rising, falling] = [await times('both'), await times('rising'), await times('falling')]
        expect(both.length).toBe(3)
        both.forEach((time, k) => {
          expect(time).toBeCloseTo((2 * k + 1) * halfPi, 6)
        })
        expect(falling).toEqual([both[0], both[2]])
        expect(rising).toEqual([both[1]])
      }
  })

  it('are found in the order they happen, up to the first that is terminal', async () => {
    const event: SolveEvent<CpuTensor>[] = [
      { ...entry(0, -0.5), terminal: true },
      { ...entry(0, 0.5), terminal: false },
      { read: async (x) => ((await B.read(x)) as Float64Array)[0] as number, terminal: false },
    ]
    // Steps of 1.5 on a fixed grid: several crossings in one step, on the cubic of rungeKutta4.
    for (const given of [
      { solver: dormandPrince54, grid: [0, 10], control },
      { solver: rungeKutta4, grid: uniform(0, 3, 2) },
      { solver: rungeKutta4, grid: uniform(0, 3, 300) },
    ]) {
      const { crossings, time } = await solve(B, oscillator, { initial: fromRest, event, ...given })
      expect(crossings.map((crossing) => crossing.event)).toEqual([1, 2, 0])
      const exact = [Math.PI / 3, Math.PI / 2, (2 * Math.PI) / 3]
      const digits = given.grid.length === 3 ? 0 : 6
      crossings.forEach((crossing, k) => {
        expect(crossing.time).toBeCloseTo(exact[k] as number, digits)
      })
      expect(time).toBe(crossings[2]?.time)
    }
  })

  it('keep what was saved before, and end the interpolation where they stop', async () => {
    const solution = await solve(B, oscillator, {
      initial: fromRest,
      grid: [0, 10],
      solver: dormandPrince54,
      control,
      saveAt: [0, 0.5, 1.5, 1.7],
      dense: true,
      event: entry(0),
    })
    expect(solution.saved.map(({ time }) => time)).toEqual([0, 0.5, 1.5])
    expect((await B.read(solution.interpolate(1.5)))[0]).toBeCloseTo(Math.cos(1.5), 7)
    expect(Math.abs((await B.read(solution.interpolate(solution.time)))[0] as number)).toBeLessThan(1e-12)
    expect(() => solution.interpolate(1.6)).toThrow(/outside/)
    solution.freeInterpolation()
  })

  it('that start at zero or touch it exactly are not counted twice', async () => {
    const still = odeTerm(B, (x) => B.mul(x, 0))
    const clock = (offset: number): StateEvent<CpuTensor> => ({ of: (_, t) => t - offset, terminal: false })
    const { crossings } = await solve(B, still, {
      initial: fromRest,
      grid: uniform(0, 1, 4),
      solver: rungeKutta4,
      event: [clock(0), clock(0.5), clock(1)],
    })
    expect(crossings.map(({ event, time }) => [event, time])).toEqual([
      [1, 0.5],
      [2, 1],
    ])
  })

  it('that are no number, or of an equation with noise, are refused; nothing is left', async () => {
    const before = B.liveTensors()
    const options = { initial: fromRest, grid: [0, 10], solver: dormandPrince54, control }
    const refusal = (promise: Promise<unknown>): Promise<string> =>
      promise.then(
        () => 'no error',
        (error) => (isTweedieError(error) ? `${error._tag} ${error.message}` : String(error)),
      )
    const late: StateEvent<CpuTensor> = { of: (x, t) => (t > 3 ? Number.NaN : (column(x as CpuTensor, 0) as never)), terminal: false }
    expect(await refusal(solve(B, oscillator, { ...options, event: late, saveAt: [0.1, 2], dense: true }))).toMatch(
      /^NotFinite .*an event is NaN/,
    )
    expect(B.liveTensors()).toBe(before)
    const process = ornsteinUhlenbeck()
    const field = gaussianField({ mean: [0, 0], variance: [1, 1] }, process)
    const reverse = reverseSde(B, process, field)
    const noisy = { initial: fromRest, grid: [2, 1], solver: eulerMaruyama, key: key(1) }
    expect(await refusal(solve(B, reverse, { ...noisy, event: entry(0) }))).toMatch(/^InvalidArgument .*an event/)
    expect(await refusal(solve(B, reverse, { ...noisy, dense: true }))).toMatch(/^InvalidArgument .*dense/)
    expect(await refusal(solve(B, reverse, { ...noisy, saveAt: [1.5] }))).toMatch(/^InvalidArgument .*saveAt 1.5/)
  })
})
