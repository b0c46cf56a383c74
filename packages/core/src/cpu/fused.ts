import { requireActivation } from '../backend/activation.js'
import { deriveKernels } from '../backend/derive-kernels.js'
import { adamShape, affineShape, cloudShape } from '../backend/kernel-shapes.js'
import type { Cloud, NoiseLevel } from '../backend/operands.js'
import type { Kernels, Primitives } from '../backend/operations.js'
import { sameShape } from '../backend/shape.js'
import type { CpuMemory } from './memory.js'
import { posteriorOverCloud } from './posterior.js'
import { type CpuTensor, type Floats, flat } from './strided.js'

/** The kernels that the cpu backend does better than the primitives do: no M × N matrix, fewer passes, the same results. */
export const fusedKernels = (
  { dtype, allocate, make, store, scope }: CpuMemory,
  primitives: Primitives<CpuTensor>,
): Partial<Kernels<CpuTensor>> => {
  const posterior = (operation: string, x: CpuTensor, cloud: Cloud<CpuTensor>, level: NoiseLevel, withMoments: boolean) => {
    const weights = cloud.logWeights
    const [m, d, n] = cloudShape(operation, x.shape, cloud.points.shape, weights?.shape, level)
    return { m, d, ...posteriorOverCloud(flat(x), m, flat(cloud.points), n, d, weights && flat(weights), level, withMoments) }
  }

  const derived = deriveKernels(primitives)

  /** The derived kernel's operations in its order, so the same bits, without its ten arrays. */
  const adamInOnePass: Kernels<CpuTensor>['adamUpdate'] = (state, gradient, settings) => {
    const { rate, beta1, beta2, epsilon, step } = settings
    const shape = adamShape('adamUpdate', state.parameter.shape, state.first.shape, state.second.shape, gradient.shape)
    const [from, first, second, g] = [state.parameter, state.first, state.second, gradient].map(flat) as [Floats, Floats, Floats, Floats]
    const [parameter, m, v] = [allocate(g.length), allocate(g.length), allocate(g.length)]
    const [scaled, spread] = [rate / (1 - beta1 ** step), 1 - beta2 ** step]
    for (let i = 0; i < g.length; i++) {
      const slope = g[i] as number
      const mean = (first[i] as number) * beta1 + slope * (1 - beta1)
      const square = (second[i] as number) * beta2 + slope * slope * (1 - beta2)
      m[i] = mean
      v[i] = square
      parameter[i] = (from[i] as number) - (mean * scaled) / (Math.sqrt(square / spread) + epsilon)
    }
    return { parameter: make(parameter, shape), first: make(m, shape), second: make(v, shape) }
  }

  /** The derived kernel's operations in its order, so the same bits, in one pass. */
  const slopes = {
    tanh: (v: number, y: number): number => v * (1 - y * y),
    relu: (v: number, y: number): number => (y > 0 ? v : 0),
  }
  const activationGradient: Kernels<CpuTensor>['activationGradient'] = (adjoint, kept, activation) => {
    const inOnePass = activation === 'tanh' || activation === 'relu'
    if (dtype !== 'float64' || !inOnePass || !sameShape(adjoint.shape, kept.shape))
      return derived.activationGradient(adjoint, kept, activation)
    const slope = slopes[activation]
    const [v, y] = [flat(adjoint), flat(kept)]
    const out = allocate(v.length)
    for (let i = 0; i < out.length; i++) out[i] = slope(v[i] as number, y[i] as number)
    return make(out, adjoint.shape)
  }

  return {
    activationGradient,
    // Bias and activation are applied in place, to the product that nobody else has seen.
    affine: (x, weight, bias, activation) => {
      requireActivation('affine', activation)
      const [, , columns] = affineShape('affine', x.shape, weight.shape, bias.shape)
      if (!sameShape(bias.shape, [columns])) return derived.affine(x, weight, bias, activation)
      return scope(() => {
        const out = primitives.matMul(x, weight)
        addRow(out.data, flat(bias))
        if (activation !== 'tanh') return derived.activate(out, activation)
        for (let i = 0; i < out.data.length; i++) out.data[i] = Math.tanh(out.data[i] as number)
        return out
      })
    },
    ...(dtype === 'float64' ? { adamUpdate: adamInOnePass } : {}),
    posteriorMean: (x, cloud, level) => {
      const { m, d, mean } = posterior('posteriorMean', x, cloud, level, false)
      return store(mean, [m, d])
    },
    posteriorMoments: (x, cloud, level) => {
      const { m, d, ...arrays } = posterior('posteriorMoments', x, cloud, level, true)
      return {
        mean: store(arrays.mean, [m, d]),
        logDensity: store(arrays.logDensity, [m]),
        covarianceTrace: store(arrays.covarianceTrace, [m]),
        effectiveSampleSize: store(arrays.effectiveSampleSize, [m]),
      }
    },
  }
}

/** data[i, j] += row[j]. */
const addRow = (data: Floats, row: Floats): void => {
  for (let i = 0; i < data.length; i += row.length)
    for (let j = 0; j < row.length; j++) data[i + j] = (data[i + j] as number) + (row[j] as number)
}
