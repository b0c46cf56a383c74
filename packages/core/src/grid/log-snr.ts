import { tweedieError } from '../errors.js'
import type { ForwardProcess } from '../process/forward-process.js'
import { type GridRange, gridOf, gridRange, type TimeGrid } from './time-grid.js'

/** Equal steps in log-SNR. Throws `InvalidArgument` where an end has infinite log-SNR: stop before it. */
export const uniformLogSnr = (process: ForwardProcess, steps: number, range: GridRange = {}): TimeGrid => {
  const [start, stop] = gridRange(process, steps, range)
  const [first, last] = finiteEnds('uniformLogSnr grid', process, start, stop, process.logSnr)
  return gridOf(steps, start, stop, (fraction) => process.timeOfLogSnr(first + (last - first) * fraction))
}

/**
 * Karras' grid: (σ/α)^(1/ρ) falls in equal steps (Karras et al. 2022, eq. 5; there α = 1). Throws `InvalidArgument` where σ/α is infinite.
 */
export const karras = (
  process: ForwardProcess,
  steps: number,
  { rho = 7, ...range }: GridRange & { readonly rho?: number } = {},
): TimeGrid => {
  if (!(rho > 0)) throw tweedieError('InvalidArgument', 'karras grid', `ρ = ${rho}`, 'Use a positive exponent; 7 is usual')
  const [start, stop] = gridRange(process, steps, range)
  const root = (t: number): number => Math.exp((-0.5 * process.logSnr(t)) / rho)
  const [first, last] = finiteEnds('karras grid', process, start, stop, root)
  return gridOf(steps, start, stop, (fraction) => process.timeOfLogSnr(-2 * rho * Math.log(first + (last - first) * fraction)))
}

const finiteEnds = (
  where: string,
  process: ForwardProcess,
  start: number,
  stop: number,
  value: (t: number) => number,
): [number, number] => {
  const ends: [number, number] = [value(start), value(stop)]
  if (!ends.every(Number.isFinite))
    throw tweedieError(
      'InvalidArgument',
      where,
      `log-SNR ${process.logSnr(start)} at t = ${start} and ${process.logSnr(stop)} at t = ${stop}`,
      'Give { start, stop } inside the range where both α and σ are positive, or the process a floor',
    )
  return ends
}
