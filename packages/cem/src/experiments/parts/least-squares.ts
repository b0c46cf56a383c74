import { tweedieError } from '@tweedie/core'
import { mean } from './measures.js'

export interface Line {
  readonly slope: number
  readonly intercept: number
}

/** The straight line of least squares through (x, y). Throws `InvalidArgument` unless there are two different x. */
export const leastSquares = (xs: readonly number[], ys: readonly number[]): Line => {
  const [x, y] = [mean(xs), mean(ys)]
  const squares = xs.reduce((sum, value) => sum + (value - x) ** 2, 0)
  if (!(squares > 0) || xs.length !== ys.length)
    throw tweedieError('InvalidArgument', 'leastSquares', `${xs.length} x and ${ys.length} y`, 'Give as many of each, two of x different')
  const slope = xs.reduce((sum, value, k) => sum + (value - x) * ((ys[k] as number) - y), 0) / squares
  return { slope, intercept: y - slope * x }
}

/** The exponent p of y ∝ x^p, by least squares of the logarithms. */
export const exponentOf = (xs: readonly number[], ys: readonly number[]): number => leastSquares(xs.map(Math.log), ys.map(Math.log)).slope
