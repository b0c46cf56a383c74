import { type Cloud, type CloudPosterior, deriveKernels, type NoiseLevel, type Primitives } from '@tweedie/core'

/** What a pass over the cloud leaves of each query. Weights are in units of eᵗᵒᵖ, so that none overflows. Queries that are not finite have any numbers here. */
export interface CloudSums<N> {
  /** Σ w y / Σ w, [M, D]. */
  readonly mean: N
  /** [M] */
  readonly top: N
  /** Σ w, [M]. */
  readonly total: N
  /** Σ w², [M]. */
  readonly squares: N
  /** Σ w |y − mean|² / Σ w, [M]. */
  readonly trace: N
}

/** 0 where every number of the cloud is one, NaN where one is NaN or infinite: []. Log-weights may be −Infinity. */
const cloudFault = <N>(P: Primitives<N>, { points, logWeights }: Cloud<N>): N => {
  const faults = P.sum(P.mul(points, 0))
  if (logWeights === undefined) return faults
  return P.add(faults, P.sum(P.where(P.equal(logWeights, Number.NEGATIVE_INFINITY), 0, P.mul(logWeights, 0))))
}

/** ln Σ π, []. −Infinity where every point is left out. */
const logTotalWeight = <N>(P: Primitives<N>, { points, logWeights }: Cloud<N>): N => {
  if (logWeights === undefined) return P.full([], Math.log(P.shape(points)[0] as number))
  return deriveKernels(P).logSumExp(logWeights, 0)
}

/** The mean, NaN in the rows whose query is not finite, and everywhere for a cloud that is not. */
export const finishMean = <N>(P: Primitives<N>, x: N, cloud: Cloud<N>, mean: N): N =>
  P.add(mean, P.add(P.sum(P.mul(x, 0), 1, true), cloudFault(P, cloud)))

/** The moments of `Kernels.posteriorMoments` from the sums: ln p = top + ln Σ w − ln Σ π − (D/2) ln 2πσ², and 1/Σ (w/Σw)². */
export const finishMoments = <N>(P: Primitives<N>, x: N, cloud: Cloud<N>, { sigma }: NoiseLevel, sums: CloudSums<N>): CloudPosterior<N> => {
  const fault = cloudFault(P, cloud)
  const ofQuery = P.sum(P.mul(x, 0), 1)
  const faults = P.add(ofQuery, fault)
  const size = P.sum(P.abs(x), 1)
  const dimension = P.shape(x)[1] as number
  // A query at infinity has density 0, whatever the sums say of it; a NaN makes `size` NaN.
  const near = P.add(P.add(sums.top, P.log(sums.total)), ofQuery)
  const evidence = P.where(P.equal(size, Number.POSITIVE_INFINITY), Number.NEGATIVE_INFINITY, near)
  const normaliser = 0.5 * dimension * Math.log(2 * Math.PI * sigma * sigma)
  return {
    mean: P.add(sums.mean, P.reshape(faults, [P.shape(x)[0] as number, 1])),
    logDensity: P.add(P.sub(P.sub(evidence, logTotalWeight(P, cloud)), normaliser), fault),
    covarianceTrace: P.add(sums.trace, faults),
    effectiveSampleSize: P.add(P.div(P.square(sums.total), sums.squares), faults),
  }
}
