import { requireActivation } from './activation.js'
import { adamShape, affineShape, cloudShape, pairShape, productShape, slopeShape } from './kernel-shapes.js'
import type { Kernels, Primitives } from './operations.js'
import { resolveAxis } from './shape.js'

/** Every fused kernel, written in the primitive operations. Correct on any backend; a fast backend overrides what it can do better. */
export const deriveKernels = <N>(P: Primitives<N>): Kernels<N> => {
  const squaredDistances: Kernels<N>['squaredDistances'] = (x, y) => {
    const [m, d, n] = pairSizes(P, 'squaredDistances', x, y)
    return P.scope(() => {
      let total = P.full([m, n], 0)
      const yT = P.transpose(y)
      for (let j = 0; j < d; j++) {
        // Freed column by column: memory is that of a few [M, N], not of D of them.
        const before = total
        total = P.scope(() => P.add(before, P.square(P.sub(P.slice(x, 1, j, j + 1), P.slice(yT, 0, j, j + 1)))))
        P.free(before)
      }
      return total
    })
  }

  const logSumExp: Kernels<N>['logSumExp'] = (x, axis, keepDims = false) => {
    resolveAxis('logSumExp', P.shape(x), axis)
    return P.scope(() => {
      const top = P.max(x, axis, true)
      // Where every term is −Infinity, or one is +Infinity, the maximum cannot be subtracted; 0 can.
      const shift = P.where(P.equal(P.abs(top), Number.POSITIVE_INFINITY), 0, top)
      const sum = P.add(P.log(P.sum(P.exp(P.sub(x, shift)), axis, true)), shift)
      return keepDims ? sum : P.sum(sum, axis)
    })
  }

  // Divided by their sum, not by e^(log-sum-exp): that is rounded relative to the logits, which reach 1e12 at small noise, and the weights
  // would add up to 1 only as well.
  const softmax = (logits: N): N => {
    const weights = P.exp(P.sub(logits, P.max(logits, 1, true)))
    return P.div(weights, P.sum(weights, 1, true))
  }

  const softmaxExpectation: Kernels<N>['softmaxExpectation'] = (logits, values) => {
    productShape('softmaxExpectation', P.shape(logits), P.shape(values))
    return P.scope(() => P.matMul(softmax(logits), values))
  }

  const cloudLogits: (...query: Parameters<Kernels<N>['posteriorMean']>) => N = (x, { points, logWeights }, { alpha, sigma }) => {
    const logits = P.mul(squaredDistances(x, P.mul(points, alpha)), -0.5 / (sigma * sigma))
    return logWeights === undefined ? logits : P.add(logits, P.reshape(logWeights, [1, P.shape(logWeights)[0] as number]))
  }

  const requireCloud = (operation: string, ...[x, { points, logWeights }, level]: Parameters<Kernels<N>['posteriorMean']>) =>
    cloudShape(operation, P.shape(x), P.shape(points), logWeights === undefined ? undefined : P.shape(logWeights), level)

  const posteriorMean: Kernels<N>['posteriorMean'] = (x, cloud, level) => {
    requireCloud('posteriorMean', x, cloud, level)
    return P.scope(() => softmaxExpectation(cloudLogits(x, cloud, level), cloud.points))
  }

  const posteriorMoments: Kernels<N>['posteriorMoments'] = (x, cloud, level) => {
    requireCloud('posteriorMoments', x, cloud, level)
    return P.scope(() => {
      const logits = cloudLogits(x, cloud, level)
      const [count, dimension] = P.shape(cloud.points) as [number, number]
      const evidence = logSumExp(logits, 1, true)
      const weights = softmax(logits)
      const mean = P.matMul(weights, cloud.points)
      const logTotal = cloud.logWeights === undefined ? P.full([1], Math.log(count)) : logSumExp(cloud.logWeights, 0, true)
      return {
        mean,
        logDensity: P.sub(P.sub(P.sum(evidence, 1), logTotal), 0.5 * dimension * Math.log(2 * Math.PI * level.sigma * level.sigma)),
        covarianceTrace: P.sum(P.mul(weights, squaredDistances(mean, cloud.points)), 1),
        effectiveSampleSize: P.div(1, P.sum(P.square(weights), 1)),
      }
    })
  }

  const activate: Kernels<N>['activate'] = (x, activation) => {
    requireActivation('activate', activation)
    switch (activation) {
      case 'identity':
        return x
      case 'tanh':
        return P.tanh(x)
      case 'relu':
        return P.maximum(x, 0)
      case 'silu':
        return P.scope(() => P.mul(x, P.sigmoid(x)))
      case 'gelu':
        return P.scope(() => P.mul(P.mul(x, 0.5), P.add(P.erf(P.mul(x, Math.SQRT1_2)), 1)))
    }
  }

  const activationGradient: Kernels<N>['activationGradient'] = (v, kept, activation) => {
    requireActivation('activationGradient', activation)
    slopeShape('activationGradient', P.shape(v), P.shape(kept))
    return P.scope(() => {
      switch (activation) {
        case 'identity':
          return v
        case 'tanh':
          return P.mul(v, P.sub(1, P.square(kept)))
        case 'relu':
          return P.where(P.greater(kept, 0), v, 0)
        case 'silu': {
          const s = P.sigmoid(kept)
          return P.mul(v, P.mul(s, P.add(P.mul(kept, P.sub(1, s)), 1)))
        }
        case 'gelu': {
          const below = P.mul(P.add(P.erf(P.mul(kept, Math.SQRT1_2)), 1), 0.5)
          const density = P.mul(P.exp(P.mul(P.square(kept), -0.5)), 1 / Math.sqrt(2 * Math.PI))
          return P.mul(v, P.add(below, P.mul(kept, density)))
        }
      }
    })
  }

  return {
    squaredDistances,
    logSumExp,
    softmaxExpectation,
    posteriorMean,
    posteriorMoments,
    activate,
    activationGradient,
    affine: (x, weight, bias, activation) => {
      requireActivation('affine', activation)
      affineShape('affine', P.shape(x), P.shape(weight), P.shape(bias))
      return P.scope(() => activate(P.add(P.matMul(x, weight), bias), activation))
    },
    adamUpdate: ({ parameter, first, second }, gradient, { rate, beta1, beta2, epsilon, step }) => {
      adamShape('adamUpdate', P.shape(parameter), P.shape(first), P.shape(second), P.shape(gradient))
      return P.scope(() => {
        const m = P.add(P.mul(first, beta1), P.mul(gradient, 1 - beta1))
        const v = P.add(P.mul(second, beta2), P.mul(P.square(gradient), 1 - beta2))
        const denominator = P.add(P.sqrt(P.div(v, 1 - beta2 ** step)), epsilon)
        return { parameter: P.sub(parameter, P.div(P.mul(m, rate / (1 - beta1 ** step)), denominator)), first: m, second: v }
      })
    },
  }
}

/** M, D and N of a pair of tensors [M, D], [N, D]. Throws `ShapeMismatch`. */
export const pairSizes = <N>(P: Pick<Primitives<N>, 'shape'>, operation: string, x: N, y: N): [m: number, d: number, n: number] =>
  pairShape(operation, P.shape(x), P.shape(y))
