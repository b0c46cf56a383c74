import { type Cloud, type Kernels, type NoiseLevel, type Primitives, reducedShape, resolveAxis } from '@tweedie/core'
import { backward } from './backward.js'
import type { Tape } from './tape.js'
import type { Traced } from './traced.js'

type CloudName = 'squaredDistances' | 'logSumExp' | 'softmaxExpectation' | 'posteriorMean' | 'posteriorMoments'

/**
 * The kernels of point clouds, differentiable. Forwards they are B's own kernels. Backwards, distances are differences again (never an
 * expanded square), ln Σ exp sends the softmax, and the posterior is recomputed from its operands, so that a recording over many time
 * steps never keeps an M × N matrix for each.
 */
export const clouds = <N>(P: Primitives<N> & Kernels<N>, D: Primitives<Traced<N>>, tape: Tape<N>): Pick<Kernels<Traced<N>>, CloudName> => {
  const squaredDistances: Kernels<Traced<N>>['squaredDistances'] = (x, y) => {
    const [queries, points] = [tape.primal(x), tape.primal(y)]
    const distances = P.squaredDistances(queries, points)
    const dimension = P.shape(queries)[1] as number
    /** 2 Σ adjoint · (x_j − y_j) over one axis, for each column j, joined along the other. */
    const pull = (adjoint: N, over: 0 | 1, sign: 1 | -1): N => {
      const pointsT = P.transpose(points)
      const columns = Array.from({ length: dimension }, (_, j) =>
        P.scope(() =>
          P.sum(P.mul(adjoint, P.mul(P.sub(P.slice(queries, 1, j, j + 1), P.slice(pointsT, 0, j, j + 1)), 2 * sign)), over, true),
        ),
      )
      if (columns.length === 0) return P.full(P.shape(over === 1 ? queries : points), 0)
      return over === 1 ? P.concat(columns, 1) : P.transpose(P.concat(columns, 0))
    }
    return tape.record(
      distances,
      { to: x.node, keeps: [queries, points], pull: (adjoint) => pull(adjoint, 1, 1) },
      { to: y.node, keeps: [queries, points], pull: (adjoint) => pull(adjoint, 0, -1) },
    )
  }

  const logSumExp: Kernels<Traced<N>>['logSumExp'] = (x, axis, keepDims = false) => {
    const primal = tape.primal(x)
    const y = P.logSumExp(primal, axis, keepDims)
    const kept = reducedShape(P.shape(primal), resolveAxis('logSumExp', P.shape(primal), axis), true)
    return tape.record(y, {
      to: x.node,
      keeps: [primal, y],
      pull: (adjoint) => {
        const total = P.reshape(y, kept)
        // Where every term is −∞ each share is 0.
        const shift = P.where(P.equal(total, Number.NEGATIVE_INFINITY), 0, total)
        return P.mul(P.reshape(adjoint, kept), P.exp(P.sub(primal, shift)))
      },
    })
  }

  /** Divided by the sum, as core's: the largest logit is taken out as a constant, since the softmax does not depend on it. */
  const softmax = (logits: Traced<N>): Traced<N> => {
    const weights = D.exp(D.sub(logits, tape.constant(P.max(tape.primal(logits), 1, true))))
    return D.div(weights, D.sum(weights, 1, true))
  }

  /** A result whose derivative is had by tracing `again` when the adjoint comes; only the operands are kept. */
  const recomputed = (value: N, operands: readonly Traced<N>[], again: (operands: readonly Traced<N>[]) => Traced<N>): Traced<N> => {
    const primals = operands.map((x) => x.primal)
    const wanted = operands.map((x) => x.node !== undefined)
    const parents = operands.flatMap((x) => x.node ?? [])
    const pull = (adjoint: N): readonly N[] => {
      const { result } = tape.recording(() => {
        const leaves = primals.map((primal, index) => (wanted[index] === true ? tape.leaf(primal) : tape.constant(primal)))
        const output = again(leaves).node
        const sources = leaves.flatMap((leaf) => leaf.node ?? [])
        const adjoints = output === undefined ? [] : backward(P, output, adjoint, sources)
        return primals.filter((_, index) => wanted[index]).map((primal, index) => adjoints[index] ?? P.full(P.shape(primal), 0))
      })
      return result
    }
    return tape.attach(value, tape.joinAll(parents, primals, pull))
  }

  const primalCloud = ({ points, logWeights }: Cloud<Traced<N>>): Cloud<N> =>
    logWeights === undefined ? { points: tape.primal(points) } : { points: tape.primal(points), logWeights: tape.primal(logWeights) }
  const operandsOf = (x: Traced<N>, { points, logWeights }: Cloud<Traced<N>>): Traced<N>[] =>
    logWeights === undefined ? [x, points] : [x, points, logWeights]

  /** ln π_n − |x_m − α y_n|²/(2σ²), and what is made of it, out of traced operands. */
  const posterior = ({ alpha, sigma }: NoiseLevel) => {
    const logits = ([x, points, logWeights]: readonly Traced<N>[]): Traced<N> => {
      const quadratic = D.mul(squaredDistances(x as Traced<N>, D.mul(points as Traced<N>, alpha)), -0.5 / (sigma * sigma))
      return logWeights === undefined ? quadratic : D.add(quadratic, D.reshape(logWeights, [1, ...D.shape(logWeights)]))
    }
    const weights = (operands: readonly Traced<N>[]): Traced<N> => softmax(logits(operands))
    const mean = (operands: readonly Traced<N>[]): Traced<N> => D.matMul(weights(operands), operands[1] as Traced<N>)
    return {
      mean,
      logDensity: (operands: readonly Traced<N>[]): Traced<N> => {
        const [, points, logWeights] = operands
        const [count, dimension] = D.shape(points as Traced<N>) as [number, number]
        const normaliser = 0.5 * dimension * Math.log(2 * Math.PI * sigma * sigma)
        const evidence = logSumExp(logits(operands), 1)
        return D.sub(D.sub(evidence, logWeights === undefined ? Math.log(count) : logSumExp(logWeights, 0, true)), normaliser)
      },
      covarianceTrace: (operands: readonly Traced<N>[]): Traced<N> => {
        const w = weights(operands)
        return D.sum(D.mul(w, squaredDistances(D.matMul(w, operands[1] as Traced<N>), operands[1] as Traced<N>)), 1)
      },
      effectiveSampleSize: (operands: readonly Traced<N>[]): Traced<N> => D.div(1, D.sum(D.square(weights(operands)), 1)),
    }
  }

  return {
    squaredDistances,
    logSumExp,
    softmaxExpectation: (logits, values) =>
      logits.node === undefined && values.node === undefined
        ? tape.constant(P.softmaxExpectation(tape.primal(logits), tape.primal(values)))
        : D.scope(() => D.matMul(softmax(logits), values)),
    posteriorMean: (x, cloud, level) =>
      recomputed(P.posteriorMean(tape.primal(x), primalCloud(cloud), level), operandsOf(x, cloud), posterior(level).mean),
    posteriorMoments: (x, cloud, level) => {
      const moments = P.posteriorMoments(tape.primal(x), primalCloud(cloud), level)
      const operands = operandsOf(x, cloud)
      const again = posterior(level)
      return {
        mean: recomputed(moments.mean, operands, again.mean),
        logDensity: recomputed(moments.logDensity, operands, again.logDensity),
        covarianceTrace: recomputed(moments.covarianceTrace, operands, again.covarianceTrace),
        effectiveSampleSize: recomputed(moments.effectiveSampleSize, operands, again.effectiveSampleSize),
      }
    },
  }
}
