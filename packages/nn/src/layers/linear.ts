import {
  type Activation,
  type Backend,
  type Key,
  type Matrix,
  normalArray,
  requireActivation,
  type Tensor,
  tweedieError,
  uniformArray,
  type Vector,
} from '@tweedie/core'

/** Weight [inputs, outputs] and bias [outputs] of one layer: y = activation(x · weight + bias). */
export interface LinearParameters<N> {
  readonly weight: Matrix<N>
  readonly bias: Vector<N>
}

/** A layer as a value: it makes its parameters from a key, and applies them on any backend. */
export interface Linear {
  readonly inputs: number
  readonly outputs: number
  readonly activation: Activation
  /** Parameters from a key: the same on every backend but for the rounding of its dtype. */
  readonly initialise: <N>(B: Backend<N>, key: Key) => LinearParameters<N>
  /** [M, inputs] → [M, outputs]. Throws `ShapeMismatch` when x or the parameters have other sizes. */
  readonly apply: <N>(B: Backend<N>) => (parameters: LinearParameters<N>, x: Matrix<N>) => Matrix<N>
}

/**
 * A fully connected layer. The bias starts at 0 and the weight as its activation asks: for tanh and identity uniform on
 * ±√(6/(inputs + outputs)) (Glorot & Bengio 2010, eq. 16), for relu, silu and gelu normal with variance 2/inputs (He et al. 2015,
 * eq. 10). Throws `InvalidArgument` for sizes that are not positive whole numbers or an unknown activation.
 */
export const linear = (inputs: number, outputs: number, activation: Activation = 'identity'): Linear => {
  requireSize('linear', 'inputs', inputs)
  requireSize('linear', 'outputs', outputs)
  requireActivation('linear', activation)
  return {
    inputs,
    outputs,
    activation,
    initialise: (B, key) => ({
      weight: B.tensor(initialWeight(inputs, outputs, activation, key), [inputs, outputs]),
      bias: B.full([outputs], 0),
    }),
    apply:
      (B) =>
      ({ weight, bias }, x) => {
        requireShape(B, 'weight', weight, [inputs, outputs])
        requireShape(B, 'bias', bias, [outputs])
        requireShape(B, 'input', x, [-1, inputs])
        return B.affine(x, weight, bias, activation)
      },
  }
}

const initialWeight = (inputs: number, outputs: number, activation: Activation, key: Key): Float64Array => {
  const count = inputs * outputs
  if (activation === 'tanh' || activation === 'identity') {
    const bound = Math.sqrt(6 / (inputs + outputs))
    return uniformArray(key, count).map((u) => bound * (2 * u - 1))
  }
  const deviation = Math.sqrt(2 / inputs)
  return normalArray(key, count).map((z) => deviation * z)
}

/** Refuses a shape; −1 stands for any size. */
const requireShape = <N>(B: Backend<N>, what: string, x: Tensor<N>, wanted: readonly number[]): void => {
  const shape = B.shape(x)
  if (shape.length === wanted.length && wanted.every((size, axis) => size === -1 || size === shape[axis])) return
  const show = wanted.map((size) => (size === -1 ? 'any' : String(size))).join(', ')
  throw tweedieError(
    'ShapeMismatch',
    'linear',
    `a ${what} of shape [${shape.join(', ')}] where [${show}] is needed`,
    'Give the layer inputs and parameters of its own sizes',
  )
}

export const requireSize = (where: string, what: string, size: number): void => {
  if (!Number.isSafeInteger(size) || size < 1)
    throw tweedieError('InvalidArgument', where, `${what} = ${size}`, 'Use a whole number of at least 1')
}
