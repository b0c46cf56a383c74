import { type Cloud, type Kernels, type Primitives, reducedShape, resolveAxis } from '@tweedie/core'
import { posterior } from './posterior.js'
import { recomputed } from './recomputed.js'
import type { Tape } from './tape.js'
import type { Traced } from './traced.js'

type CloudName = 'squaredDistances' | 'logSumExp' | 'softmaxExpectation' | 'posteriorMean' | 'posteriorMoments'

/**
 * The kernels of point clouds, differentiable. Their values are B's own kernels'. In derivatives distances are differences again (never an
 * expanded square), ln Σ exp has the softmax, and the posterior is recomputed from its operands, so that a recording over many time steps
 * never keeps an M × N matrix for each.
 */
export const clouds = <N>(P: Primitives<N> & Kernels<N>, D: Primitives<Traced<N>>, tape: Tape<N>): Pick<Kernels<Traced<N>>, CloudName> => {
  const squaredDistances: Kernels<Traced<N>>['squaredDistances'] = (x, y) => {
    const [queries, points] = [tape.primal(x), tape.primal(y)]
    const distances = P.squaredDistances(queries, points)
    const columns = Array.from({ length: P.shape(queries)[1] as number }, (_, j) => j)
    /** 2 (x_j − y_j) of column j, [M, N]. */
    const difference = (j: number): N => P.mul(P.sub(P.slice(queries, 1, j, j + 1), P.slice(P.transpose(points), 0, j, j + 1)), 2)
    /** ± 2 Σ adjoint · (x_j − y_j) over one axis, for each column j, joined along the other. */
    const pull = (adjoint: N, over: 0 | 1): N => {
      const sums = columns.map((j) => P.scope(() => P.sum(P.mul(over === 1 ? adjoint : P.neg(adjoint), difference(j)), over, true)))
      if (sums.length === 0) return P.full(P.shape(over === 1 ? queries : points), 0)
      return over === 1 ? P.concat(sums, 1) : P.transpose(P.concat(sums, 0))
    }
    /** Σ_j 2 (x_j − y_j) · tangent_j, tangent_j [M, 1] or [1, N]. */
    const push = (tangent: (j: number) => N): N =>
      columns.reduce((sum, j) => P.scope(() => P.add(sum, P.mul(difference(j), tangent(j)))), P.full(P.shape(distances), 0))
    const keeps = [queries, points]
    return tape.record(
      distances,
      {
        to: x.derivative,
        keeps,
        pull: (adjoint) => pull(adjoint, 1),
        push: (tangent) => push((j) => P.slice(tangent, 1, j, j + 1)),
      },
      {
        to: y.derivative,
        keeps,
        pull: (adjoint) => pull(adjoint, 0),
        push: (tangent) => push((j) => P.neg(P.slice(P.transpose(tangent), 0, j, j + 1))),
      },
    )
  }

  const logSumExp: Kernels<Traced<N>>['logSumExp'] = (x, axis, keepDims = false) => {
    const primal = tape.primal(x)
    const y = P.logSumExp(primal, axis, keepDims)
    const kept = reducedShape(P.shape(primal), resolveAxis('logSumExp', P.shape(primal), axis), true)
    const softmax = (): N => {
      const total = P.reshape(y, kept)
      // Where every term is −∞ each share is 0.
      return P.exp(P.sub(primal, P.where(P.equal(total, Number.NEGATIVE_INFINITY), 0, total)))
    }
    return tape.record(y, {
      to: x.derivative,
      keeps: [primal, y],
      pull: (adjoint) => P.mul(P.reshape(adjoint, kept), softmax()),
      push: (tangent) => P.sum(P.mul(tangent, softmax()), axis, keepDims),
    })
  }

  const recomputing = recomputed(P, tape)
  const { expectation, moments } = posterior(D, { squaredDistances, logSumExp }, (x) => tape.constant(P.max(tape.primal(x), 1, true)))

  const primalCloud = ({ points, logWeights }: Cloud<Traced<N>>): Cloud<N> =>
    logWeights === undefined ? { points: tape.primal(points) } : { points: tape.primal(points), logWeights: tape.primal(logWeights) }
  const operandsOf = (x: Traced<N>, { points, logWeights }: Cloud<Traced<N>>): Traced<N>[] =>
    logWeights === undefined ? [x, points] : [x, points, logWeights]

  return {
    squaredDistances,
    logSumExp,
    softmaxExpectation: (logits, values) =>
      logits.derivative === undefined && values.derivative === undefined
        ? tape.constant(P.softmaxExpectation(tape.primal(logits), tape.primal(values)))
        : D.scope(() => expectation(logits, values)),
    posteriorMean: (x, cloud, level) => {
      const value = P.posteriorMean(tape.primal(x), primalCloud(cloud), level)
      const [mean] = recomputing([value], operandsOf(x, cloud), (operands) => [moments(operands, level).mean])
      return mean as Traced<N>
    },
    posteriorMoments: (x, cloud, level) => {
      const values = P.posteriorMoments(tape.primal(x), primalCloud(cloud), level)
      const [mean, logDensity, covarianceTrace, effectiveSampleSize] = recomputing(
        [values.mean, values.logDensity, values.covarianceTrace, values.effectiveSampleSize],
        operandsOf(x, cloud),
        (operands) => {
          const again = moments(operands, level)
          return [again.mean, again.logDensity, again.covarianceTrace, again.effectiveSampleSize]
        },
      ) as [Traced<N>, Traced<N>, Traced<N>, Traced<N>]
      return { mean, logDensity, covarianceTrace, effectiveSampleSize }
    },
  }
}
