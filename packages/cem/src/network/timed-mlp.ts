import { type Activation, type Backend, type Matrix, sameShape, showShape, tweedieError } from '@tweedie/core'
import { type LinearParameters, linear, mlp, type Network, type Parameters } from '@tweedie/nn'

/** A multilayer perceptron on (x, features of the time). */
export interface TimedMlp {
  readonly mlp: Network
  /** x [M, D] and features [M, k], or [1, k] where all rows share the time → [M, D]. */
  readonly apply: <N>(B: Backend<N>) => (parameters: Parameters<N>, x: Matrix<N>, features: Matrix<N>, shared: boolean) => Matrix<N>
}

export interface NetworkSize {
  /** Columns D of x and of the output, at least 1. */
  readonly dimension: number
  /** Widths of the hidden layers, input side first; none makes the network linear. */
  readonly hidden: readonly number[]
  /** After every hidden layer; `tanh` by default, as in paper B. */
  readonly activation?: Activation | undefined
}

/**
 * `mlp([D + k, …hidden, D])` on the columns of x and then those of the features. Features that all rows share enter the first layer's bias,
 * x · W_x + (features · W_t + b), so they cost nothing per row.
 */
export const timedMlp = ({ dimension, hidden, activation }: NetworkSize, features: number): TimedMlp => {
  const network = mlp([dimension + features, ...hidden, dimension], { activation })
  const ofX = mlp([dimension, ...hidden, dimension], { activation })
  const width = network.sizes[1] as number
  const ofTime = linear(features, width)

  const foldTime = <N>(B: Backend<N>, parameters: Parameters<N>, shared: Matrix<N>): Parameters<N> => {
    const [first, ...rest] = parameters as readonly [LinearParameters<N>, ...Parameters<N>]
    const weight: Matrix<N> = B.slice(first.weight, 0, 0, dimension)
    const weightOfTime: Matrix<N> = B.slice(first.weight, 0, dimension, dimension + features)
    const bias = ofTime.apply(B)({ weight: weightOfTime, bias: first.bias }, shared)
    return [{ weight, bias: B.reshape(bias, [width]) }, ...rest]
  }

  return {
    mlp: network,
    apply: (B) => (parameters, x, values, shared) =>
      B.scope(() => {
        if (shared) {
          requireFirst(B, parameters, [dimension + features, width])
          return ofX.apply(B)(foldTime(B, parameters, values), x)
        }
        return network.apply(B)(parameters, B.concat([x, values], 1))
      }),
  }
}

/** A weight is cut only where it has the size to be cut; all else `linear` and `mlp` look at. */
const requireFirst = <N>(B: Backend<N>, parameters: Parameters<N>, wanted: readonly number[]): void => {
  const [first] = parameters
  const found = first === undefined ? 'no parameters' : `a first weight of shape ${showShape(B.shape(first.weight))}`
  if (first === undefined || !sameShape(B.shape(first.weight), wanted))
    throw tweedieError(
      'ShapeMismatch',
      'network parameters',
      `${found} where ${showShape(wanted)} is needed`,
      'Use parameters of this network',
    )
}
