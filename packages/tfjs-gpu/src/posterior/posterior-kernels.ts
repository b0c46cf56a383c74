import { type Cloud, cloudShape, type Kernels, type NoiseLevel, type Primitives } from '@tweedie/core'
import type { Tf, TfTensor } from '../tf.js'
import { finishMean, finishMoments } from './finish.js'
import type { FusedSums } from './fused.js'
import { tiledSums } from './tiled.js'
import { webglSums } from './webgl-sums.js'
import { webgpuSums } from './webgpu-sums.js'

export interface PosteriorKernels extends Pick<Kernels<TfTensor>, 'posteriorMean' | 'posteriorMoments'> {
  /** Whether they run in shaders of this package; otherwise they are composed of the backend's own operations, tile by tile. */
  readonly fused: boolean
}

/** The way to the sums on the backend that is set: by shaders where it has any. */
const sumsOn = (tf: Tf, P: Primitives<TfTensor>) => {
  switch (tf.getBackend()) {
    case 'webgpu':
      return webgpuSums(tf, P)
    case 'webgl':
      return webglSums(tf, P)
    default:
      return undefined
  }
}

/**
 * The Gaussian posterior over a point cloud, m = Σ w_i y_i with w = softmax(ln π_i − |x − α y_i|²/(2σ²)), without the matrix of queries × points: the
 * cloud is gone through tile by tile, squares are those of differences, and the largest logit so far is subtracted before the exponential
 * (Milakov & Gimelshein 2018).
 */
export const posteriorKernels = (tf: Tf, P: Primitives<TfTensor>): PosteriorKernels => kernelsFrom(P, sumsOn(tf, P))

/** The kernels from sums by shaders, or by tiles. */
export const kernelsFrom = (P: Primitives<TfTensor>, fused: FusedSums | undefined): PosteriorKernels => {
  const mean = fused?.mean ?? ((x: TfTensor, cloud: Cloud<TfTensor>, level: NoiseLevel) => tiledSums(P, x, cloud, level).mean)
  const sums = fused?.sums ?? ((x: TfTensor, cloud: Cloud<TfTensor>, level: NoiseLevel) => tiledSums(P, x, cloud, level))

  const requireCloud = (operation: string, x: TfTensor, { points, logWeights }: Cloud<TfTensor>, level: NoiseLevel) =>
    cloudShape(operation, x.shape, points.shape, logWeights?.shape, level)

  return {
    fused: fused !== undefined,
    posteriorMean: (x, cloud, level) => {
      const [m, d] = requireCloud('posteriorMean', x, cloud, level)
      if (m === 0 || d === 0) return P.full([m, d], 0)
      return P.scope(() => finishMean(P, x, cloud, mean(x, cloud, level)))
    },
    posteriorMoments: (x, cloud, level) => {
      const [m, d, n] = requireCloud('posteriorMoments', x, cloud, level)
      if (m === 0) {
        const nothing = () => P.full([0], 0)
        return { mean: P.full([0, d], 0), logDensity: nothing(), covarianceTrace: nothing(), effectiveSampleSize: nothing() }
      }
      return P.scope(() => {
        if (d > 0) return finishMoments(P, x, cloud, level, sums(x, cloud, level))
        // Points without columns all lie where the query does: as points at 0 of one column, but for the density's normaliser.
        const at = { ...cloud, points: P.full([n, 1], 0) }
        const origin = P.full([m, 1], 0)
        const flat = finishMoments(P, origin, at, level, sums(origin, at, level))
        const normaliser = 0.5 * Math.log(2 * Math.PI * level.sigma * level.sigma)
        return { ...flat, mean: P.full([m, 0], 0), logDensity: P.add(flat.logDensity, normaliser) }
      })
    },
  }
}
