import { forEachTensor, type Primitives, requireSynchronous } from '@tweedie/core'
import type { Tf, TfTensor } from '../tf.js'

type Memory = Pick<Primitives<TfTensor>, 'isTensor' | 'scope' | 'free' | 'liveTensors'>

/**
 * Memory by scope on the engine of TensorFlow.js, so that scopes and `tf.tidy` nest either way, and what the caller makes with `tf` inside a scope is freed
 * with the rest. Tensors in a result are found as by every backend: TensorFlow.js would look at each number of a typed array.
 */
export const memoryOf = (tf: Tf): Memory => {
  const engine = tf.engine()
  const isTensor = (value: unknown): value is TfTensor => value instanceof tf.Tensor
  return {
    isTensor,
    scope: (body) => {
      const kept: TfTensor[] = []
      engine.startScope()
      try {
        const result = requireSynchronous(body())
        forEachTensor(result, isTensor, (tensor) => kept.push(tensor))
        return result
      } finally {
        engine.endScope(kept)
      }
    },
    free: (x) => {
      if (isTensor(x)) x.dispose()
    },
    liveTensors: () => engine.memory().numTensors,
  }
}
