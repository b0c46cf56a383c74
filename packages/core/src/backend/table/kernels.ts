import { requireActivation } from '../activation.js'
import { adamShape, affineShape, cloudShape, pairShape, productShape, slopeShape } from '../kernel-shapes.js'
import type { Activation, Cloud } from '../operands.js'
import type { Kernels } from '../operations.js'
import { reducedShape, resolveAxis, sizeOf } from '../shape.js'
import { type ArgumentsOf, type Rows, type ShapeOf, single } from './row.js'

/** Floating-point operations of an activation, per element: gelu is ½ · x · (1 + erf(x/√2)), silu x · sigmoid(x). */
const activationFlops: Record<Activation, number> = { identity: 0, tanh: 1, relu: 1, silu: 2, gelu: 5 }

/** The same of its slope times an adjoint. */
const slopeFlops: Record<Activation, number> = { identity: 0, tanh: 3, relu: 2, silu: 6, gelu: 11 }

/** The fused kernels. A kernel counts what the primitives would that `deriveKernels` writes it in, scalars of the host left out. */
export const kernelRows = <N>(): Rows<N, keyof Kernels<N>> => {
  const inCloud = ({ points, logWeights }: Cloud<N>): readonly N[] => (logWeights === undefined ? [points] : [points, logWeights])
  const query = (operation: string, [x, { points, logWeights }, level]: ArgumentsOf<N, 'posteriorMean'>, shapeOf: ShapeOf<N>) =>
    cloudShape(operation, shapeOf(x), shapeOf(points), logWeights === undefined ? undefined : shapeOf(logWeights), level)
  /** Softmax is 5·M·N: maximum, difference, exponential, sum, quotient. */
  const expectationFlops = (m: number, n: number, d: number): number => 5 * m * n + 2 * m * n * d
  /** α y, differences squared and summed, the factor −1/(2σ²), the log-weights if there are any, and the expectation. */
  const meanFlops = (m: number, d: number, n: number, weighted: boolean): number =>
    n * d + 3 * m * n * d + m * n * (weighted ? 2 : 1) + expectationFlops(m, n, d)

  return {
    squaredDistances: {
      group: 'kernel',
      operands: ([x, y]) => [x, y],
      results: single,
      resultShapes: ([x, y], shapeOf) => {
        const [m, , n] = pairShape('squaredDistances', shapeOf(x), shapeOf(y))
        return [[m, n]]
      },
      flops: ([x, y], shapeOf) => {
        const [m, d, n] = pairShape('squaredDistances', shapeOf(x), shapeOf(y))
        return 3 * m * n * d
      },
    },
    logSumExp: {
      group: 'kernel',
      operands: ([x]) => [x],
      results: single,
      resultShapes: ([x, axis, keepDims = false], shapeOf) => {
        const shape = shapeOf(x)
        return [reducedShape(shape, resolveAxis('logSumExp', shape, axis), keepDims)]
      },
      // Per element maximum, difference, exponential and sum; per result a logarithm and a sum.
      flops: ([x, axis], shapeOf) => {
        const shape = shapeOf(x)
        return 4 * sizeOf(shape) + 2 * sizeOf(reducedShape(shape, resolveAxis('logSumExp', shape, axis), false))
      },
    },
    softmaxExpectation: {
      group: 'kernel',
      operands: ([logits, values]) => [logits, values],
      results: single,
      resultShapes: ([logits, values], shapeOf) => {
        const [m, , d] = productShape('softmaxExpectation', shapeOf(logits), shapeOf(values))
        return [[m, d]]
      },
      flops: ([logits, values], shapeOf) => {
        const [m, n, d] = productShape('softmaxExpectation', shapeOf(logits), shapeOf(values))
        return expectationFlops(m, n, d)
      },
    },
    posteriorMean: {
      group: 'kernel',
      operands: ([x, cloud]) => [x, ...inCloud(cloud)],
      results: single,
      resultShapes: (args, shapeOf) => {
        const [m, d] = query('posteriorMean', args, shapeOf)
        return [[m, d]]
      },
      flops: (args, shapeOf) => meanFlops(...query('posteriorMean', args, shapeOf), args[1].logWeights !== undefined),
    },
    posteriorMoments: {
      group: 'kernel',
      operands: ([x, cloud]) => [x, ...inCloud(cloud)],
      results: ({ mean, logDensity, covarianceTrace, effectiveSampleSize }) => [mean, logDensity, covarianceTrace, effectiveSampleSize],
      resultShapes: (args, shapeOf) => {
        const [m, d] = query('posteriorMoments', args, shapeOf)
        return [[m, d], [m], [m], [m]]
      },
      // Besides the mean: distances to it, Σ w |y − mean|² and Σ w² over the points, and 5 per query for logarithms and quotients.
      flops: (args, shapeOf) => {
        const [m, d, n] = query('posteriorMoments', args, shapeOf)
        return meanFlops(m, d, n, args[1].logWeights !== undefined) + 3 * m * n * d + 4 * m * n + 5 * m
      },
    },
    activate: {
      group: 'kernel',
      operands: ([x]) => [x],
      results: single,
      resultShapes: ([x, activation], shapeOf) => {
        requireActivation('activate', activation)
        return [shapeOf(x)]
      },
      flops: ([x, activation], shapeOf) => activationFlops[activation] * sizeOf(shapeOf(x)),
    },
    activationGradient: {
      group: 'kernel',
      operands: ([adjoint, kept]) => [adjoint, kept],
      results: single,
      resultShapes: ([adjoint, kept, activation], shapeOf) => {
        requireActivation('activationGradient', activation)
        return [slopeShape('activationGradient', shapeOf(adjoint), shapeOf(kept))]
      },
      flops: ([adjoint, , activation], shapeOf) => slopeFlops[activation] * sizeOf(shapeOf(adjoint)),
    },
    affine: {
      group: 'kernel',
      operands: ([x, weight, bias]) => [x, weight, bias],
      results: single,
      resultShapes: ([x, weight, bias, activation], shapeOf) => {
        requireActivation('affine', activation)
        const [m, , o] = affineShape('affine', shapeOf(x), shapeOf(weight), shapeOf(bias))
        return [[m, o]]
      },
      flops: ([x, weight, bias, activation], shapeOf) => {
        const [m, i, o] = affineShape('affine', shapeOf(x), shapeOf(weight), shapeOf(bias))
        return 2 * m * i * o + (1 + activationFlops[activation]) * m * o
      },
    },
    adamUpdate: {
      group: 'kernel',
      operands: ([{ parameter, first, second }, gradient]) => [parameter, first, second, gradient],
      results: ({ parameter, first, second }) => [parameter, first, second],
      resultShapes: ([{ parameter, first, second }, gradient], shapeOf) => {
        const shape = adamShape('adamUpdate', shapeOf(parameter), shapeOf(first), shapeOf(second), shapeOf(gradient))
        return [shape, shape, shape]
      },
      // 3 for the mean of gradients, 4 for that of squares, 3 for the root, 3 for the step.
      flops: ([{ parameter }], shapeOf) => 13 * sizeOf(shapeOf(parameter)),
    },
  }
}
