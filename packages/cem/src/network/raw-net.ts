import { requireBatch } from './batch.js'
import type { ModelNetwork } from './model-network.js'
import { describe } from './name.js'
import { type NetworkSize, timedMlp } from './timed-mlp.js'

/**
 * The network of paper B's experiments: a multilayer perceptron on (x, t), time as it is, which may predict any target. Throws
 * `InvalidArgument` for sizes that are not positive whole numbers or an unknown activation; applied, `ShapeMismatch` and, for a time that is
 * not finite, `NotFinite`.
 *
 * @example
 * const network = rawNet({ dimension: 2, hidden: [64, 64, 64] })
 */
export const rawNet = (size: NetworkSize): ModelNetwork => {
  const { dimension } = size
  const net = timedMlp(size, 1)
  return {
    name: describe('raw net', net.mlp),
    dimension,
    mlp: net.mlp,
    initialise: net.mlp.initialise,
    apply: (B) => {
      const apply = net.apply(B)
      return (parameters, x, times) => {
        requireBatch('rawNet', B, x, dimension, times)
        return B.scope(() => {
          if (typeof times === 'number') return apply(parameters, x, B.full([1, 1], times), true)
          return apply(parameters, x, B.tensor(times, [times.length, 1]), false)
        })
      }
    },
  }
}
