import type { ForwardProcess, TimeGrid } from '@tweedie/core'
import fc from 'fast-check'
import { type Law, law } from '../law.js'

/** What a time grid keeps with its process: it runs from noise to data, strictly, within the range. Paper B, eq. (41) is one. */
export const gridLaws = (grid: TimeGrid, process: ForwardProcess): readonly Law[] => {
  const [start, end] = process.timeRange
  const at = (k: number): number => grid[k] as number
  const positions = fc.nat(Math.max(0, grid.length - 1))
  const steps = fc.nat(Math.max(0, grid.length - 2))
  return [
    law('a grid has at least one step', 'definition of a time grid', fc.constant(grid.length), (count) => {
      if (count < 2) throw new Error(`it has ${count} times`)
    }),
    law(`the grid stays in the range of ${process.name}`, 'definition of the time range', positions, (k) => {
      if (!(at(k) >= start && at(k) <= end)) throw new Error(`time ${at(k)} at position ${k} leaves [${start}, ${end}]`)
    }),
    law('times strictly decrease', 'paper B, eq. (41), read from noise to data', steps, (k) => {
      if (!(at(k + 1) < at(k))) throw new Error(`time ${at(k + 1)} follows ${at(k)} at position ${k}`)
    }),
    law(
      `log-SNR of ${process.name} increases along the grid`,
      'Kingma et al. 2021, §3.1: the signal-to-noise ratio is monotonic in time',
      steps,
      (k) => {
        const [before, after] = [process.logSnr(at(k)), process.logSnr(at(k + 1))]
        if (!(after > before)) throw new Error(`log-SNR ${after} follows ${before} at position ${k}`)
      },
    ),
  ]
}
