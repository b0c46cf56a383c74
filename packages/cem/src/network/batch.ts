import { type Backend, type Matrix, showShape, tweedieError } from '@tweedie/core'
import type { Times } from './model-network.js'

/** Refuses x that is not [M, D] and times that are not M finite numbers or one. */
export const requireBatch = <N>(where: string, B: Backend<N>, x: Matrix<N>, dimension: number, times: Times): void => {
  const shape: readonly number[] = B.shape(x)
  if (shape.length !== 2 || shape[1] !== dimension)
    throw tweedieError('ShapeMismatch', where, `x of shape ${showShape(shape)}`, `Give it the shape [M, ${dimension}]`)
  if (typeof times === 'number') return requireFinite(where, times, '')
  if (times.length !== shape[0])
    throw tweedieError(
      'ShapeMismatch',
      where,
      `${times.length} times for ${shape[0]} rows`,
      'Give each row its time, or one number for all of them',
    )
  for (let i = 0; i < times.length; i++) requireFinite(where, times[i] as number, i)
}

const requireFinite = (where: string, time: number, row: number | ''): void => {
  if (!Number.isFinite(time))
    throw tweedieError('NotFinite', where, `time ${time}${row === '' ? '' : ` of row ${row}`}`, 'Use times in the range of the process')
}
