import { type Backend, type HostMatrix, type Matrix, readAndFree, type Tensor, tweedieError } from '@tweedie/core'
import { autodiff } from '@tweedie/nn'
import { toTensor } from '../fit.js'
import type { Generator } from '../generator.js'

/** A generator as a map of rows, noise to scores, with its Jacobian. */
export interface GeneratorMap {
  readonly dimension: number
  /** Distances below this, relative to 1 + |x|, are rounding on the backend. */
  readonly precision: number
  /** F(y), [n, d]. */
  readonly value: (y: HostMatrix) => Promise<HostMatrix>
  /** ∂F/∂y at every row, n matrices [d, d] one after the other. */
  readonly jacobian: (y: HostMatrix) => Promise<Float64Array>
}

/** Refuses a network that does not take d columns to d: its law has no density, or noise is left over. */
export const generatorMap = <N>(
  where: string,
  B: Backend<N>,
  { network, parameters }: Pick<Generator<N>, 'network' | 'parameters'>,
): GeneratorMap => {
  const [dimension, columns] = [network.sizes[0] as number, network.sizes[network.sizes.length - 1] as number]
  if (dimension !== columns)
    throw tweedieError(
      'InvalidArgument',
      where,
      `a network from ${dimension} columns of noise to ${columns}`,
      'The change of variables needs as many columns of noise as of data',
    )
  const D = autodiff(B)
  const lifted = parameters.map(({ weight, bias }) => ({ weight: D.lift(weight), bias: D.lift(bias) }))
  const on = async (y: HostMatrix, f: (y: Matrix<N>) => Tensor<N>): Promise<Float64Array> =>
    readAndFree(
      B,
      B.scope(() => f(toTensor(B, y))),
    )
  return {
    dimension,
    precision: B.dtype === 'float64' ? 1e-10 : 1e-5,
    value: async (y) => ({ ...y, data: await on(y, (rows) => network.apply(B)(parameters, rows)) }),
    jacobian: (y) => on(y, (rows) => D.rowJacobian((x) => network.apply(D)(lifted, x), rows) as Tensor<N>),
  }
}
