import type * as TfCore from '@tensorflow/tfjs-core'

/** TensorFlow.js as its user has imported it: `@tensorflow/tfjs-core` 4.22, or `@tensorflow/tfjs`, which holds it. */
export type Tf = typeof TfCore
export type TfTensor = TfCore.Tensor
export type TfBackend = TfCore.KernelBackend
