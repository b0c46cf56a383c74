import { describe, expect, it } from 'vitest'
import { gridNames, processNames, type Setup, solverNames } from '../../setup.js'
import { processOf } from '../equation/process-of.js'
import { distancesTo, heard, smallSetup } from '../testing.js'

const framesOf = async (setup: Setup) => {
  const { last, of } = await heard({ kind: 'flow', id: 1, setup })
  expect(last).toMatchObject({ kind: 'done', liveTensors: 0 })
  return of('frame')
}

describe('flow', () => {
  it.each(processNames)('takes noise to the points: %s', async (process) => {
    const frames = await framesOf({ ...smallSetup, process, steps: 40, particles: 300 })
    expect(frames.map(({ step }) => step)).toEqual(Array.from({ length: 41 }, (_, k) => k))
    const [first, last] = [frames[0]!, frames[40]!]
    const { sigma } = processOf(process)
    // 600 normals times σ: 5 standard errors of the mean square, √(2/600) each.
    const square = first.positions.reduce((sum, x) => sum + x * x, 0) / 600 / sigma(first.time) ** 2
    expect(Math.abs(square - 1)).toBeLessThan(5 * Math.sqrt(2 / 600))
    // The law of the last state is the points with noise of σ/α = 0.01: beyond 5.5 of it lie e^(−15.1) of a plane's, 300 times 2.8e-7.
    expect(Math.max(...distancesTo(smallSetup.points, last.positions))).toBeLessThan(0.055)
    for (const frame of frames) expect(frame).toMatchObject({ alpha: processOf(process).alpha(frame.time), sigma: sigma(frame.time) })
  })

  it('shares the particles out evenly', async () => {
    const points = [
      [-2, 0],
      [2, 0],
    ] as const
    const frames = await framesOf({ ...smallSetup, points, particles: 2000 })
    const right = frames.at(-1)!.positions.filter((x, k) => k % 2 === 0 && x > 0).length
    // Binomial: 5 standard errors, √(2000/4) each.
    expect(Math.abs(right - 1000)).toBeLessThan(5 * Math.sqrt(500))
  })

  it('is finite and ends at the data for any process, grid and solver', async () => {
    for (const process of processNames)
      for (const grid of gridNames)
        for (const solver of solverNames) {
          const frames = await framesOf({ ...smallSetup, process, grid, solver, steps: 30, particles: 8 })
          const last = frames.at(-1)!.positions
          expect(last.every(Number.isFinite), `${process}, ${grid}, ${solver}`).toBe(true)
          // Exponential methods step by the denoiser, whose values lie in the points' hull, 1.3 from the corners at most. Runge–Kutta methods do as well
          // on a grid that suits the process, such as equal steps in log-SNR.
          const exponential = solver === 'ddim' || solver === 'dpm-solver-2m'
          const bound = grid === 'log-snr' ? 0.2 : exponential ? 1.35 : Number.POSITIVE_INFINITY
          expect(Math.max(...distancesTo(smallSetup.points, last)), `${process}, ${grid}, ${solver}`).toBeLessThan(bound)
        }
  })

  it('draws the same particles on their own as among others', async () => {
    const [few, many] = [await framesOf({ ...smallSetup, particles: 7 }), await framesOf({ ...smallSetup, particles: 60 })]
    expect([...few[20]!.positions]).toEqual([...many[20]!.positions.slice(0, 14)])
  })
})
