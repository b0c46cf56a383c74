import { type Backend, key, normalArray } from '@tweedie/core'
import type { LawfulBrownian } from './lawful-solver.js'

/**
 * Paths from t = 1 (W = 0) down to 0, lines between the points of a fine grid: any interval between its points has the increment and the mean
 * height over the chord of the one path.
 */
export const brownianPath = <N>(B: Backend<N>, rows: number, fine: number, seed: number) => {
  const draws = normalArray(key(seed), rows * fine)
  const paths = new Float64Array(rows * (fine + 1))
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < fine; k++)
      paths[i * (fine + 1) + k + 1] = (paths[i * (fine + 1) + k] as number) + (draws[i * fine + k] as number) / Math.sqrt(fine)
  const at = (i: number, k: number): number => paths[i * (fine + 1) + k] as number
  const brownian: LawfulBrownian<N> = {
    refines: true,
    increment: ({ t, s }) => {
      const [from, to] = [Math.round((1 - t) * fine), Math.round((1 - s) * fine)]
      return B.tensor(
        Float64Array.from({ length: rows }, (_, i) => at(i, to) - at(i, from)),
        [rows, 1],
      )
    },
    levyArea: ({ t, s }) => {
      const [from, to] = [Math.round((1 - t) * fine), Math.round((1 - s) * fine)]
      return B.tensor(
        Float64Array.from({ length: rows }, (_, i) => {
          const ends = (at(i, from) + at(i, to)) / 2
          let sum = ends
          for (let k = from + 1; k < to; k++) sum += at(i, k)
          return sum / (to - from) - ends
        }),
        [rows, 1],
      )
    },
  }
  return { brownian, at }
}
