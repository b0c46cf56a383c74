import { type ForwardProcess, fromRows, type HostMatrix } from '@tweedie/core'
import fc from 'fast-check'
import { logWeights } from '../../arbitraries/log-weights.js'
import { pointClouds } from '../../arbitraries/point-clouds.js'
import { timesByLogSnr } from '../../arbitraries/times.js'
import { evaluate, unitNumbers } from '../field/evaluate.js'
import type { LawfulField } from '../field/pointwise.js'
import { rowsOf } from './posterior.js'

/** What makes the field of a point cloud; the field may hold tensors until it is freed. */
export type MakeCloudField<N> = (
  points: HostMatrix,
  logWeights?: readonly number[],
) => (process: ForwardProcess) => LawfulField<N> & { readonly free?: () => void }

export interface CloudLawOptions {
  /** The number of columns. */
  readonly dimension: number
  /** The most points of a generated cloud; 8 when not given. */
  readonly points?: number
  /** The log-SNRs to look at, [lowest, highest]; [−6, 5] when not given. */
  readonly logSnrRange?: readonly [number, number]
  /** Whether the maker takes log-weights; true when not given. */
  readonly weights?: boolean
}

/** A cloud on the host. */
export interface PlainCloud {
  readonly points: readonly (readonly number[])[]
  readonly logWeights: readonly number[] | undefined
}

/** A cloud, a time and a query in its noise. */
export interface CloudCase extends PlainCloud {
  readonly t: number
  readonly x: readonly number[]
}

/** Clouds of every kind, weighted or not. */
export const plainClouds = ({ dimension, points = 8, weights = true }: CloudLawOptions): fc.Arbitrary<PlainCloud> =>
  pointClouds({ dimension, points }).chain((cloud) =>
    (weights ? fc.option(logWeights(cloud.rows), { nil: undefined }) : fc.constant(undefined)).map((given) => ({
      points: rowsOf(cloud),
      logWeights: given,
    })),
  )

/** Queries α y + 2σ z with y between two points of the cloud and z within 1, in every coordinate. */
export const cloudCases = (process: ForwardProcess, options: CloudLawOptions): fc.Arbitrary<CloudCase> => {
  const { dimension, logSnrRange = [-6, 5] } = options
  return fc
    .tuple(plainClouds(options), timesByLogSnr(process, ...logSnrRange), fc.nat(), fc.nat(), unitNumbers(1), unitNumbers(dimension))
    .map(([cloud, t, i, j, [share = 0], z]) => {
      const at = (k: number): readonly number[] => cloud.points[k % cloud.points.length] as readonly number[]
      const x = at(i).map((value, k) => {
        const between = value + (0.5 + 0.5 * share) * ((at(j)[k] as number) - value)
        return process.alpha(t) * between + 2 * process.sigma(t) * (z[k] as number)
      })
      return { ...cloud, t, x }
    })
}

/** m and ln p at one query. */
export interface CloudAnswer {
  readonly mean: readonly number[]
  readonly logDensity: number
}

/** What the field of a cloud answers at a query. */
export const ask = async <N>(
  make: MakeCloudField<N>,
  process: ForwardProcess,
  { points, logWeights: given }: PlainCloud,
  t: number,
  x: readonly number[],
): Promise<CloudAnswer> => {
  const field = make(fromRows(points), given)(process)
  try {
    const mean = await evaluate(field.backend, field, x, x.length, t)
    const [logDensity = Number.NaN] = await evaluate(field.backend, field.logDensity, x, x.length, t)
    return { mean: Array.from(mean), logDensity }
  } finally {
    field.free?.()
  }
}
