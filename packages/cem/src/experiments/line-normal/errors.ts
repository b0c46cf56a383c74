import { type Backend, type Key, tweedieError } from '@tweedie/core'
import { as, densityField } from '@tweedie/score'
import { errorAt, scoreError } from '../../diagnostics/score-error.js'
import type { Support } from '../../support/support.js'
import { outputOf } from '../../training/denoiser-of.js'
import type { Trained } from '../parts/two-dimensional.js'

/** A number of each coordinate. */
export type Pair = readonly [first: number, second: number]

/** What a model of the line says at a time, against the closed form (62). */
export interface LineErrors {
  readonly t: number
  /** The output at the point of Figure 2, and the closed form there, in the paper's sign: its S is minus the score. */
  readonly output: Pair
  readonly exact: Pair
  /** E|f_θ − f|² over X_t of each coordinate, eq. (63). */
  readonly meanSquare: Pair
}

/** The point of Figure 2: off the line. */
const point: Pair = [1, -0.1]

/** The network's own output, denoiser, noise or score, at the times given; (63) by `count` draws of X_t at each. */
export const lineErrors = async <N>(
  B: Backend<N>,
  trained: Trained<N>,
  support: Support,
  { times, count, key, signal }: { times: readonly number[]; count: number; key: Key; signal?: AbortSignal | undefined },
): Promise<readonly LineErrors[]> => {
  const { process, parameters } = trained
  const field = outputOf(B, trained, parameters)
  const law = densityField(B, support.law(B))(process)
  try {
    const exact = as(field.kind, process)(law)
    const here = await errorAt(B, { field, exact, point, times })
    const over = await scoreError(B, { field, exact, times, support, process, key, count, signal })
    const sign = field.kind === 'score' ? -1 : 1
    return here.map((at, k) => ({
      t: at.t,
      output: pair(at.value.map((value) => sign * value)),
      exact: pair(at.exact.map((value) => sign * value)),
      meanSquare: pair(over[k]?.perCoordinate.map(({ mean }) => mean)),
    }))
  } finally {
    law.free()
  }
}

const pair = (values: readonly number[] = []): Pair => {
  const [first, second] = values
  if (first === undefined || second === undefined || values.length > 2)
    throw tweedieError('ShapeMismatch', 'lineErrors', `${values.length} coordinates`, 'Use a model in the plane')
  return [first, second]
}
