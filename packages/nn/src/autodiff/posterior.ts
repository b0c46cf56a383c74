import type { Kernels, NoiseLevel, Primitives } from '@tweedie/core'
import type { Traced } from './traced.js'

/**
 * The posterior over a cloud in traced operations: w = softmax(ln π_n − |x_m − α y_n|²/(2σ²)) and what is made of it (docs/formulas.md §1). `top` is
 * the largest logit of a row as a constant, since a softmax does not depend on what is taken out of its logits.
 */
export const posterior = <N>(
  D: Primitives<Traced<N>>,
  { squaredDistances, logSumExp }: Pick<Kernels<Traced<N>>, 'squaredDistances' | 'logSumExp'>,
  top: (logits: Traced<N>) => Traced<N>,
) => {
  /** Divided by the sum, as core's. */
  const softmax = (logits: Traced<N>): Traced<N> => {
    const weights = D.exp(D.sub(logits, top(logits)))
    return D.div(weights, D.sum(weights, 1, true))
  }

  /** Operands: queries, points and, where there are any, log-weights. */
  const moments = (operands: readonly Traced<N>[], { alpha, sigma }: NoiseLevel) => {
    const [x, points, logWeights] = operands as [Traced<N>, Traced<N>, Traced<N> | undefined]
    const logits = once((): Traced<N> => {
      const quadratic = D.mul(squaredDistances(x, D.mul(points, alpha)), -0.5 / (sigma * sigma))
      return logWeights === undefined ? quadratic : D.add(quadratic, D.reshape(logWeights, [1, ...D.shape(logWeights)]))
    })
    const weights = once(() => softmax(logits()))
    const mean = once(() => D.matMul(weights(), points))
    return {
      mean,
      logDensity: (): Traced<N> => {
        const [count, dimension] = D.shape(points) as [number, number]
        const total = logWeights === undefined ? Math.log(count) : logSumExp(logWeights, 0, true)
        return D.sub(D.sub(logSumExp(logits(), 1), total), 0.5 * dimension * Math.log(2 * Math.PI * sigma * sigma))
      },
      covarianceTrace: (): Traced<N> => D.sum(D.mul(weights(), squaredDistances(mean(), points)), 1),
      effectiveSampleSize: (): Traced<N> => D.div(1, D.sum(D.square(weights()), 1)),
    }
  }

  return { expectation: (logits: Traced<N>, values: Traced<N>): Traced<N> => D.matMul(softmax(logits), values), moments }
}

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
