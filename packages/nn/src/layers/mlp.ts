import { type Activation, type Backend, fold, type Key, type Matrix, requireActivation, showShape, tweedieError } from '@tweedie/core'
import { type LinearParameters, linear, requireSize } from './linear.js'

/** The parameters of a network: those of its layers, input side first. */
export type Parameters<N> = readonly LinearParameters<N>[]

/** A network as a value: it holds no numbers, makes parameters from a key, and applies them on any backend, `autodiff(B)` included. */
export interface Network {
  /** Columns of the input, of every hidden layer, and of the output. */
  readonly sizes: readonly number[]
  readonly activation: Activation
  readonly outputActivation: Activation
  readonly initialise: <N>(B: Backend<N>, key: Key) => Parameters<N>
  /** [M, first size] → [M, last size]. Throws `ShapeMismatch` when x or the parameters do not fit. */
  readonly apply: <N>(B: Backend<N>) => (parameters: Parameters<N>, x: Matrix<N>) => Matrix<N>
}

export interface MlpOptions {
  /** After every layer but the last; `tanh` by default, as in both papers. */
  readonly activation?: Activation | undefined
  /** After the last layer; `identity` by default. */
  readonly outputActivation?: Activation | undefined
}

/**
 * A multilayer perceptron: `mlp([4, 128, 128, 4])` has two hidden layers of 128. Layer i is initialised with `fold(key, i)`. Throws
 * `InvalidArgument` for fewer than two sizes, a size that is not a positive whole number, or an unknown activation.
 */
export const mlp = (sizes: readonly number[], { activation = 'tanh', outputActivation = 'identity' }: MlpOptions = {}): Network => {
  if (sizes.length < 2)
    throw tweedieError(
      'InvalidArgument',
      'mlp',
      `sizes ${showShape(sizes)}`,
      'Give at least the columns of the input and of the output: mlp([4, 128, 4])',
    )
  sizes.forEach((size, index) => requireSize('mlp', `size ${index}`, size))
  requireActivation('mlp', activation)
  requireActivation('mlp', outputActivation)
  const last = sizes.length - 2
  const layers = sizes
    .slice(1)
    .map((outputs, index) => linear(sizes[index] as number, outputs, index === last ? outputActivation : activation))

  return {
    sizes: [...sizes],
    activation,
    outputActivation,
    initialise: (B, key) => layers.map((layer, index) => layer.initialise(B, fold(key, index))),
    apply:
      <N>(B: Backend<N>) =>
      (parameters: Parameters<N>, x: Matrix<N>): Matrix<N> => {
        if (parameters.length !== layers.length)
          throw tweedieError(
            'ShapeMismatch',
            'mlp',
            `parameters of ${parameters.length} layers for a network of ${layers.length}`,
            'Use parameters of this network',
          )
        return B.scope(() => layers.reduce((h, layer, index) => layer.apply(B)(parameters[index] as LinearParameters<N>, h), x))
      },
  }
}
