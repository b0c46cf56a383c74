import { type CloudPosterior, cloudShape, type Kernels } from '@tweedie/core'
import type { Split } from '../machine/machine.js'
import type { WasmMemory } from '../memory/memory.js'
import type { WasmTensor } from '../memory/tensor.js'
import { panelKernel } from './posterior-panel.js'

/** A kernel of the posterior over a cloud, by name, and how its queries are split. */
interface Choice {
  readonly kernel: string
  readonly split: Split
}

/**
 * The kernel for points of d columns: in float32 one that is made for one to three of them, or one for four and more; in float64, and for points without
 * columns, one for any number.
 */
const choose = (suffix: 'f32' | 'f64', moments: boolean, n: number, d: number): Choice => {
  if (suffix === 'f64' || d === 0)
    return { kernel: `posteriorRows_${suffix}`, split: { grain: 2, scratch: 4096 + 48 * d, cost: n * (4 + 2 * d) } }
  if (d > 3) return panelKernel(n, d)
  return {
    kernel: moments ? 'posteriorMomentsSmall_f32' : 'posteriorMeanSmall_f32',
    split: { grain: 12, scratch: 6528, cost: n * (0.5 + 0.3 * d) },
  }
}

/** The Gaussian posterior over a point cloud in one pass per query, without a matrix of all pairs. */
export const posterior = (memory: WasmMemory): Pick<Kernels<WasmTensor>, 'posteriorMean' | 'posteriorMoments'> => {
  const { machine, make, pointer, rawPointer, scope, suffix } = memory

  const run = (operation: string, ...[x, { points, logWeights }, level]: Parameters<Kernels<WasmTensor>['posteriorMean']>) => {
    const [m, d, n] = cloudShape(operation, x.shape, points.shape, logWeights?.shape, level)
    return (mean: WasmTensor, moments?: Omit<CloudPosterior<WasmTensor>, 'mean'>): void => {
      const { kernel, split } = choose(suffix, moments !== undefined, n, d)
      const out = [moments?.logDensity, moments?.covarianceTrace, moments?.effectiveSampleSize]
      const places = out.map((tensor) => (tensor === undefined ? 0 : rawPointer(tensor)))
      const [queries, cloud, weights] = [pointer(x), pointer(points), logWeights === undefined ? 0 : pointer(logWeights)]
      machine.parallel(kernel, [queries, rawPointer(mean), ...places, cloud, n, d, weights, level.alpha, level.sigma], m, split)
    }
  }

  return {
    posteriorMean: (x, cloud, level) => {
      const into = run('posteriorMean', x, cloud, level)
      return scope(() => {
        const mean = make(x.shape)
        into(mean)
        return mean
      })
    },
    posteriorMoments: (x, cloud, level) => {
      const into = run('posteriorMoments', x, cloud, level)
      return scope(() => {
        const rows = [x.shape[0] as number]
        const [mean, logDensity, covarianceTrace, effectiveSampleSize] = [make(x.shape), make(rows), make(rows), make(rows)]
        into(mean, { logDensity, covarianceTrace, effectiveSampleSize })
        return { mean, logDensity, covarianceTrace, effectiveSampleSize }
      })
    },
  }
}
