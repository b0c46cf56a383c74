import { key, type Operations } from '@tweedie/core'

/** A program that uses every operation on finite numbers, and gives a list of tensors of many shapes. */
export const everyOperation = <N>(P: Operations<N>): readonly N[] =>
  P.scope(() => {
    const x = P.normal(key(5), [4, 3])
    const points = P.tensor([0.5, -1, 2, 1, 1.5, -0.5, 0.25, 0, 1], [3, 3])
    const logWeights = P.log(P.add(P.sigmoid(P.sum(points, 1)), 0.1))
    const level = { alpha: 0.8, sigma: 0.7 }
    const waves = P.concat([P.sin(x), P.cos(x), P.erf(x), P.tanh(x)], 0)
    const roots = P.div(P.sqrt(P.abs(P.neg(x))), P.exp(P.min(x, 0, true)))
    const chosen = P.where(P.greater(x, 0), P.maximum(x, 0.5), P.minimum(P.sub(x, 1), P.equal(x, x)))
    const taken = P.scatterRows(P.takeRows(waves, [3, 0, 3, 7]), [1, 0, 1, 2], 3)
    const moments = P.posteriorMoments(x, { points, logWeights }, level)
    const logits = P.mul(P.squaredDistances(x, points), -0.5)
    const layer = P.affine(x, P.slice(P.transpose(waves), 1, 2, 5), P.reshape(P.broadcastTo(P.full([], 0.25), [3, 1]), [3]), 'gelu')
    const state = { parameter: x, first: P.mul(x, 0.1), second: P.square(x) }
    const adam = P.adamUpdate(state, chosen, { rate: 1e-2, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 3 })
    return [
      ...[roots, taken, layer, logits, P.matMul(x, points), P.max(x, 1), P.logSumExp(logits, 1), P.softmaxExpectation(logits, points)],
      ...[
        P.posteriorMean(x, { points }, level),
        P.activate(layer, 'silu'),
        P.activationGradient(x, P.tanh(x), 'tanh'),
        ...Object.values(moments),
        ...Object.values(adam),
      ],
    ] as readonly N[]
  })
