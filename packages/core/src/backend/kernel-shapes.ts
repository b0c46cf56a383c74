import { tweedieError } from '../errors.js'
import type { Shape } from '../tensor.js'
import type { NoiseLevel } from './operands.js'
import { broadcastShapes, requireRank, sameShape, showShape } from './shape.js'

/** What the fused kernels ask of their operands' shapes, in one place for every backend that overrides them. */

/** M, D and N of a pair [M, D], [N, D]. Throws `ShapeMismatch`. */
export const pairShape = (operation: string, x: Shape, y: Shape): [m: number, d: number, n: number] => {
  requireRank(operation, x, 2)
  requireRank(operation, y, 2)
  if (x[1] !== y[1])
    throw tweedieError(
      'ShapeMismatch',
      operation,
      `queries ${showShape(x)} and points ${showShape(y)} have different numbers of columns`,
      'Use the same columns for both',
    )
  return [x[0] as number, x[1] as number, y[0] as number]
}

/** M, K and P of a product [M, K] · [K, P]. Throws `ShapeMismatch`. */
export const productShape = (operation: string, a: Shape, b: Shape): [m: number, k: number, p: number] => {
  requireRank(operation, a, 2)
  requireRank(operation, b, 2)
  if (a[1] !== b[0])
    throw tweedieError(
      'ShapeMismatch',
      operation,
      `${showShape(a)} · ${showShape(b)}: inner sizes ${a[1]} and ${b[0]} differ`,
      'Transpose or reshape one operand',
    )
  return [a[0] as number, a[1] as number, b[1] as number]
}

/** M, I and O of x · weight + bias, [M, I] · [I, O] and a bias that broadcasts to [M, O]. Throws `ShapeMismatch`. */
export const affineShape = (operation: string, x: Shape, weight: Shape, bias: Shape): [m: number, i: number, o: number] => {
  const [m, i, o] = productShape(operation, x, weight)
  if (!sameShape(broadcastShapes(operation, [m, o], bias), [m, o]))
    throw tweedieError(
      'ShapeMismatch',
      operation,
      `a bias of shape ${showShape(bias)} for a product of shape ${showShape([m, o])}`,
      'Give one number per column of the weight',
    )
  return [m, i, o]
}

/** The shape that a parameter, its two running means and its gradient share. Throws `ShapeMismatch`. */
export const adamShape = (operation: string, parameter: Shape, first: Shape, second: Shape, gradient: Shape): Shape => {
  if (![first, second, gradient].every((shape) => sameShape(shape, parameter)))
    throw tweedieError(
      'ShapeMismatch',
      operation,
      `parameter ${showShape(parameter)}, running means ${showShape(first)} and ${showShape(second)}, gradient ${showShape(gradient)}`,
      'Give the running means and the gradient the shape of the parameter',
    )
  return parameter
}

/** The shape that an adjoint and what is kept of an activation share. Throws `ShapeMismatch`. */
export const slopeShape = (operation: string, adjoint: Shape, kept: Shape): Shape => {
  if (!sameShape(adjoint, kept))
    throw tweedieError(
      'ShapeMismatch',
      operation,
      `an adjoint of shape ${showShape(adjoint)} for values of shape ${showShape(kept)}`,
      'Pass an adjoint of the shape of what was activated',
    )
  return adjoint
}

/**
 * M, D and N of queries [M, D] to a cloud of points [N, D] with log-weights [N] or none. Throws `ShapeMismatch`, or `InvalidArgument` for
 * a noise that is not positive or a cloud without points.
 */
export const cloudShape = (
  operation: string,
  x: Shape,
  points: Shape,
  logWeights: Shape | undefined,
  { sigma }: NoiseLevel,
): [m: number, d: number, n: number] => {
  const [m, d, n] = pairShape(operation, x, points)
  requireNoise(operation, sigma)
  requirePoints(operation, n)
  if (logWeights !== undefined && !sameShape(logWeights, [n]))
    throw tweedieError(
      'ShapeMismatch',
      operation,
      `log-weights of shape ${showShape(logWeights)} for ${n} points`,
      'Give one log-weight per point',
    )
  return [m, d, n]
}

/** Throws `InvalidArgument` unless the noise is a positive number: the posterior over a cloud has no limit that it could stand for. */
export const requireNoise = (operation: string, sigma: number): void => {
  if (!(sigma > 0) || !Number.isFinite(sigma))
    throw tweedieError(
      'InvalidArgument',
      operation,
      `noise σ = ${sigma}`,
      'The posterior over a cloud needs σ > 0; stop the process before its noise vanishes or give it a floor',
    )
}

/** Throws `InvalidArgument` for a cloud without points: there is no posterior over nothing. */
export const requirePoints = (operation: string, count: number | undefined): void => {
  if (count === 0) throw tweedieError('InvalidArgument', operation, 'a cloud without points', 'Give at least one point')
}
