import type { KernelFunc } from '@tensorflow/tfjs-core'
import type { Tf } from './tf.js'

/** Gives TensorFlow.js a kernel of this package for one of its backends, once. Kernels run by `tf.engine().runKernel(name, inputs, attributes)`. */
export const registerOnce = (tf: Tf, kernelName: string, backendName: string, kernelFunc: KernelFunc): void => {
  if (!tf.getKernel(kernelName, backendName)) tf.registerKernel({ kernelName, backendName, kernelFunc })
}
