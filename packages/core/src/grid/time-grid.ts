import { tweedieError } from '../errors.js'
import type { ForwardProcess } from '../process/forward-process.js'

/** A time grid: strictly decreasing times from noise to data. `steps` intervals are `steps + 1` times. */
export type TimeGrid = readonly number[]

/** Where a grid starts and stops; the process's range where not given. Nothing is clamped: what is said here is what is used. */
export interface GridRange {
  /** The noisy end. */
  readonly start?: number
  /** The clean end. */
  readonly stop?: number
}

/** Checks a grid: at least two finite times, strictly decreasing, within the process's range when one is given. Throws `InvalidArgument`. */
export const timeGrid = (times: readonly number[], process?: ForwardProcess): TimeGrid => {
  if (times.length < 2)
    throw tweedieError('InvalidArgument', 'timeGrid', `${times.length} times`, 'A grid needs at least a start and a stop')
  times.forEach((t, k) => {
    const before = k === 0 ? Number.POSITIVE_INFINITY : (times[k - 1] as number)
    if (!Number.isFinite(t) || !(t < before))
      throw tweedieError(
        'InvalidArgument',
        'timeGrid',
        `time ${t} at position ${k} after ${before}`,
        'Times must be finite and strictly decrease, from noise to data',
      )
  })
  if (process !== undefined) {
    const [low, high] = process.timeRange
    const [first, last] = [times[0] as number, times[times.length - 1] as number]
    if (first > high || last < low)
      throw tweedieError(
        'InvalidArgument',
        `timeGrid for ${process.name}`,
        `times from ${first} to ${last} leave [${low}, ${high}]`,
        'Stay within the time range of the process',
      )
  }
  return times
}

/** Resolves and checks the range and the number of steps of a grid. */
export const gridRange = (process: ForwardProcess, steps: number, { start, stop }: GridRange): [start: number, stop: number] => {
  if (!Number.isInteger(steps) || steps < 1)
    throw tweedieError('InvalidArgument', 'time grid', `${steps} steps`, 'Use a whole number of steps, at least 1')
  const [low, high] = process.timeRange
  const range: [number, number] = [start ?? high, stop ?? low]
  timeGrid(range, process)
  return range
}

/** A grid from a map of [0, 1] to times: position k/steps, with exact ends. */
export const gridOf = (steps: number, start: number, stop: number, at: (fraction: number) => number): TimeGrid =>
  timeGrid(Array.from({ length: steps + 1 }, (_, k) => (k === 0 ? start : k === steps ? stop : at(k / steps))))
