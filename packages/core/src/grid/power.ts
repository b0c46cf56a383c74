import { tweedieError } from '../errors.js'
import type { ForwardProcess } from '../process/forward-process.js'
import { type GridRange, gridOf, gridRange, type TimeGrid } from './time-grid.js'

/** Times stop + (start − stop)(1 − k/steps)^exponent: denser near the data for exponents above 1. Paper B's five-point run uses 5. */
export const power = (process: ForwardProcess, steps: number, exponent: number, range: GridRange = {}): TimeGrid => {
  if (!(exponent > 0) || !Number.isFinite(exponent))
    throw tweedieError('InvalidArgument', 'power grid', `exponent ${exponent}`, 'Use a positive exponent: 1 is linear, 2 quadratic')
  const [start, stop] = gridRange(process, steps, range)
  return gridOf(steps, start, stop, (fraction) => stop + (start - stop) * (1 - fraction) ** exponent)
}

/** Equal steps in t. */
export const linear = (process: ForwardProcess, steps: number, range: GridRange = {}): TimeGrid => power(process, steps, 1, range)

/** Times proportional to the square of the position. */
export const quadratic = (process: ForwardProcess, steps: number, range: GridRange = {}): TimeGrid => power(process, steps, 2, range)
