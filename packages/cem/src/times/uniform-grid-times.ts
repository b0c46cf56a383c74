import { tweedieError } from '@tweedie/core'
import { requireUnit } from './quantile.js'
import type { TimeLaw } from './time-law.js'

/**
 * The training times of paper B's two-dimensional examples: T k/(points − 1) for k = 1 … points − 1, all equally likely (the authors' code; 200
 * points and T = 10 give t ≥ 0.05). A range that starts elsewhere than at 0 is divided the same way. The last time is the end of the range, where
 * some processes have α = 0 and the targets 'noise' and 'score' are not defined.
 *
 * Throws `InvalidArgument` unless `points` is a whole number of at least 2.
 */
export const uniformGridTimes = (points = 200): TimeLaw => {
  const name = `uniform grid of ${points}`
  if (!(Number.isSafeInteger(points) && points >= 2))
    throw tweedieError(
      'InvalidArgument',
      'uniformGridTimes',
      `${points} points`,
      'Use a whole number of at least 2; the first point is left out',
    )
  return {
    name,
    under: ({ timeRange: [start, end] }) => {
      const count = points - 1
      const atoms = Array.from({ length: count }, (_, k) => (k === count - 1 ? end : start + (end - start) * ((k + 1) / count)))
      return { timeOf: (u) => atoms[Math.floor(requireUnit(name, u) * count)] as number, ratio: () => 1, atoms }
    },
  }
}
