import {
  edm,
  exponential,
  karras,
  linear,
  ornsteinUhlenbeck,
  quadratic,
  rectifiedFlow,
  uniformLogSnr,
  vanishingLinear,
  vpCosine,
} from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { timeGrids } from '../../arbitraries/grids.js'
import { forwardProcesses } from '../../arbitraries/processes.js'
import { checkLaws } from '../law.js'
import { gridLaws } from './grid-laws.js'

describe('gridLaws', () => {
  test('hold for the grids of core on the processes of core', async () => {
    for (const process of [ornsteinUhlenbeck(), vanishingLinear(), vpCosine(), edm(), rectifiedFlow()]) {
      const [start, end] = process.timeRange
      const inside = { start: start + 0.99 * (end - start), stop: start + 0.01 * (end - start) }
      for (const grid of [
        linear(process, 10),
        quadratic(process, 10),
        exponential(process, 10),
        karras(process, 10, inside),
        uniformLogSnr(process, 10, inside),
      ])
        await checkLaws(gridLaws(grid, process))
    }
  })

  test('hold for generated grids', async () => {
    const cases = forwardProcesses().chain((process) => fc.tuple(fc.constant(process), timeGrids(process)))
    await fc.assert(
      fc.asyncProperty(cases, async ([process, grid]) => checkLaws(gridLaws(grid, process), { runs: 10 })),
      { numRuns: 50 },
    )
  })

  test.each<[string, readonly number[], RegExp]>([
    ['a grid that goes up', [1, 0.5, 0.6, 0], /times strictly decrease/],
    ['a time twice', [1, 0.5, 0.5, 0], /times strictly decrease/],
    ['a time out of range', [1.5, 0.5], /stays in the range of rectified-flow/],
    ['NaN', [1, Number.NaN], /stays in the range/],
    ['one time alone', [1], /at least one step/],
  ])('catch %s', async (_, grid, message) => {
    await expect(checkLaws(gridLaws(grid, rectifiedFlow()))).rejects.toThrow(message)
  })

  test('catch a process whose log-SNR does not go up along a good grid', async () => {
    const process = { ...rectifiedFlow(), logSnr: () => 0 }
    await expect(checkLaws(gridLaws([1, 0.5, 0], process))).rejects.toThrow(/log-SNR of rectified-flow increases/)
  })
})
