import type { Kernels, Primitives } from '@tweedie/core'
import type { Tf, TfTensor } from '../tf.js'
import { activationPrograms } from './activation.js'
import { adamPrograms } from './adam.js'
import { binaryPrograms } from './binary.js'
import { reductionPrograms } from './reductions.js'
import { unaryPrograms } from './unary.js'

/**
 * Operations by programs of our own, where those of TensorFlow.js lose NaN or digits: empty unless its backend is `webgl` (of version 2) or `webgpu`.
 * Operands are tensors of float32 with at least one number, of shapes that were checked; number operands stay numbers.
 */
export const gpuOperations = (tf: Tf): Partial<Primitives<TfTensor>> & Partial<Kernels<TfTensor>> => {
  const backend = tf.getBackend()
  const able = backend === 'webgpu' || (backend === 'webgl' && tf.env().getNumber('WEBGL_VERSION') === 2)
  if (!able) return {}
  return { ...unaryPrograms(tf), ...binaryPrograms(tf), ...reductionPrograms(tf), ...activationPrograms(tf), ...adamPrograms(tf) }
}
