import { tweedieError } from '@tweedie/core'
import type { Tf, TfTensor } from '../tf.js'

/** Throws `InvalidArgument` unless a value is a tensor that this backend can compute with. */
export type RequireUsable = (operation: string, x: unknown) => void

/**
 * A tensor of float32 that lives in this engine of TensorFlow.js. Other types are refused rather than cast: whole numbers and truth values
 * that enter a computation of real numbers unsaid are more often a slip, and `x.toFloat()` says it.
 */
export const usableBy = (tf: Tf, name: string): RequireUsable => {
  const { state } = tf.engine()
  const refuse = (operation: string, what: string, mend: string) => tweedieError('InvalidArgument', operation, what, mend)
  return (operation, x) => {
    if (!(x instanceof tf.Tensor))
      throw refuse(operation, `an operand is not a tensor of ${name}`, 'Make it with this backend, or with the tf that it was given')
    const tensor: TfTensor = x
    if (tensor.isDisposed)
      throw refuse(operation, 'a tensor was used after it was freed', 'Return it from the scope that it was made in, or free it later')
    if (!state.tensorInfo.has(tensor.dataId))
      throw refuse(
        operation,
        'a tensor belongs to another copy of TensorFlow.js',
        'Load @tensorflow/tfjs-core once, and hand that tf to tfjs',
      )
    if (tensor.dtype !== 'float32') throw refuse(operation, `a tensor of ${tensor.dtype}`, 'Cast it first: x.toFloat()')
  }
}

/** Throws `InvalidArgument` where TensorFlow.js computes on another of its backends than the one that this backend was made for. */
export const stillOn = (tf: Tf): ((operation: string) => void) => {
  const [name, instance] = [tf.getBackend(), tf.backend()]
  return (operation) => {
    if (tf.getBackend() !== name || tf.backend() !== instance)
      throw tweedieError(
        'InvalidArgument',
        operation,
        `TensorFlow.js computes on '${tf.getBackend()}', and this backend was made for ${tf.getBackend() === name ? 'an earlier' : ''} '${name}'`,
        `Go back with await tf.setBackend('${name}'), or make another backend with await tfjs(tf)`,
      )
  }
}
