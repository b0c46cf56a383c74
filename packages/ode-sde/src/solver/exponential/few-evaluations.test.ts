import { type ForwardProcess, fold, key, linear, quadratic, type TimeGrid, uniformLogSnr, vanishingLinear, vpLinear } from '@tweedie/core'
import { pointCloud } from '@tweedie/score'
import { describe, expect, it } from 'vitest'
import { solve } from '../../solve/solve.js'
import { probabilityFlow } from '../../term/probability-flow.js'
import { B } from '../../testing/test-problems.js'
import { euler } from '../explicit/euler.js'
import type { Solver } from '../solver.js'
import { deis } from './deis.js'
import { dpmSolver2M } from './dpm-solver-2m.js'
import { dpmSolver3M } from './dpm-solver-3m.js'
import { uniPC } from './uni-pc.js'

/** The flow of a cloud of points in the plane for several batches of noise, and the relative errors (root mean square) of a solver at its end. */
const experiment = async (
  process: ForwardProcess,
  range: { readonly start: number; readonly stop: number },
  cloud: (share: number) => [number, number],
  { points, batches, rows }: { readonly points: number; readonly batches: readonly number[]; readonly rows: number },
) => {
  const data = Float64Array.from(Array.from({ length: points }, (_, k) => cloud(k / points)).flat())
  const term = probabilityFlow(B, process, pointCloud(B, { data, rows: points, columns: 2 })(process))
  const initials = batches.map((seed) => B.normal(fold(key(seed), 1), [rows, 2]))
  const run = async (solver: Solver, grid: TimeGrid) => {
    const ends: Float64Array[] = []
    let evaluations = 0
    for (const initial of initials) {
      const { x, statistics } = await solve(B, term, { initial, grid, solver })
      ends.push(await B.read(x))
      evaluations = statistics.evaluations
    }
    return { ends, evaluations }
  }
  const exact = (await run(deis(4), uniformLogSnr(process, 150, range))).ends
  const squares = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value * value, 0)
  const total = exact.reduce((sum, values) => sum + squares(values), 0)
  return async (solver: Solver, grid: TimeGrid) => {
    const { ends, evaluations } = await run(solver, grid)
    const off = ends.map((values, i) => squares(values.map((value, k) => value - (exact[i]?.[k] as number))))
    return {
      evaluations,
      error: Math.sqrt(off.reduce((sum, value) => sum + value, 0) / total),
      perBatch: off.map((value, i) => Math.sqrt(value / squares(exact[i] as Float64Array))),
    }
  }
}

const grids = [uniformLogSnr, quadratic, linear]

describe('relative error 1e-2 on the flow of a cloud', () => {
  it('takes uniPC(2) 10 evaluations on a spiral, and euler over 10 times as many on the same grid', async () => {
    // Paper A's process with the floor of its authors' code; one and a half turns from radius ½ to 2.
    const process = vanishingLinear({ floor: 0.01 })
    const range = { start: 0.999, stop: 0 }
    const spiral = (share: number): [number, number] => {
      const u = 0.25 + 0.75 * share
      return [2 * u * Math.cos(3 * Math.PI * u), 2 * u * Math.sin(3 * Math.PI * u)]
    }
    const relative = await experiment(process, range, spiral, { points: 100, batches: [30, 31, 32], rows: 512 })
    // The reference is itself within a tenth of what is measured.
    expect((await relative(uniPC(3), uniformLogSnr(process, 100, range))).error).toBeLessThan(1e-3)
    const unified = await relative(uniPC(2), quadratic(process, 9, range))
    expect(unified.evaluations).toBe(10)
    for (const error of unified.perBatch) expect(error).toBeLessThan(1e-2)
    // A few states that pass close to where the flow divides hold most of euler's error, so it is taken over 1,536 of them: batch 30 has fewer
    // of those, and there euler needs only 6 times as many.
    const eulerian = await relative(euler, quadratic(process, 100, range))
    expect(eulerian.error).toBeGreaterThan(1e-2)
    expect((await relative(euler, quadratic(process, 50, range))).perBatch[0]).toBeGreaterThan(1e-2)
  })

  it('takes dpmSolver2M, dpmSolver3M and uniPC at most 16 on a ring of eight, and euler over 10 times uniPC’s in equal steps of time', async () => {
    const process = vpLinear()
    const range = { start: 1, stop: 1e-3 }
    const ring = (share: number): [number, number] => [Math.cos(2 * Math.PI * share), Math.sin(2 * Math.PI * share)]
    const relative = await experiment(process, range, ring, { points: 8, batches: [30], rows: 256 })
    for (const [solver, steps] of [
      [dpmSolver2M, 12],
      [dpmSolver3M, 15],
      [uniPC(2), 7],
      [uniPC(3), 9],
    ] as const) {
      const found = await relative(solver, uniformLogSnr(process, steps, range))
      expect(found.evaluations).toBeLessThanOrEqual(16)
      expect(found.error).toBeLessThan(1e-2)
    }
    expect((await relative(euler, linear(process, 80, range))).error).toBeGreaterThan(1e-2)
    // An easy flow: on the grid that is best for it, uniform in log-SNR, two to four times as many do.
    for (const gridOf of grids) expect((await relative(euler, gridOf(process, 16, range))).error).toBeGreaterThan(1e-2)
    expect((await relative(euler, uniformLogSnr(process, 30, range))).error).toBeLessThan(1e-2)
  })
})
