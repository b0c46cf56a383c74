import { type Backend, type HostMatrix, type Matrix, type NoiseLevel, type Tensor, tweedieError } from '@tweedie/core'
import type { Law } from '@tweedie/score'

/** A cloud that stands for a law on a curve or a surface, so far as noise does not see between its points. */
export interface Quadrature {
  readonly points: HostMatrix
  /** ln of the weights up to a constant; equal weights when left out. */
  readonly logWeights?: Float64Array
  /** The least σ/α at which it stands for the law, in the accuracy that its maker states; 0 for a cloud that is the law. */
  readonly width: number
}

/** How many numbers [queries, points] are made at once on a backend that makes all pairs: 32 MiB in float64. */
const PAIRS_AT_ONCE = 2 ** 22

/**
 * The law of quadratures of increasing size: each noise level takes the smallest that stands for the law there. Throws `InvalidArgument` where none does, which
 * names the width that would be needed, and where σ = 0.
 */
export const quadratureLaw = <N>(
  B: Backend<N>,
  name: string,
  quadratures: readonly Quadrature[],
): Law<N> & Required<Pick<Law<N>, 'moments'>> => {
  const levels = quadratures.map(({ points, logWeights, width }) => ({
    width,
    rows: points.rows,
    cloud: {
      points: B.tensor(points.data, [points.rows, points.columns]) as Matrix<N>,
      ...(logWeights && { logWeights: B.tensor(logWeights, [points.rows]) }),
    },
  }))
  const choose = ({ alpha, sigma }: NoiseLevel): (typeof levels)[number] => {
    const found = levels.find(({ width }) => width * alpha <= sigma)
    if (found === undefined)
      throw tweedieError(
        'InvalidArgument',
        name,
        `noise σ/α = ${sigma / alpha}, below ${levels[levels.length - 1]?.width}, the least that its quadrature resolves`,
        'Give it more nodes, in proportion to α/σ, or stay at larger noise',
      )
    return found
  }
  const moments: NonNullable<Law<N>['moments']> = (x, level) => {
    const { cloud, rows } = choose(level)
    return inChunks(B, x, rows, (queries) => {
      const { mean, covarianceTrace } = B.posteriorMoments(queries, cloud, level)
      return { mean, covarianceTrace }
    })
  }
  return {
    name,
    dimension: quadratures[0]?.points.columns as number,
    held: levels.flatMap(({ cloud }): readonly Tensor<N>[] => Object.values(cloud)),
    denoise: (x, level) => {
      const { cloud, rows } = choose(level)
      return inChunks(B, x, rows, (queries) => ({ mean: B.posteriorMean(queries, cloud, level) })).mean
    },
    logDensity: (x, level) => {
      const { cloud, rows } = choose(level)
      return inChunks(B, x, rows, (queries) => ({ logDensity: B.posteriorMoments(queries, cloud, level).logDensity })).logDensity
    },
    moments,
  }
}

/** A function of queries by chunks of them, each in a scope of its own, unless the backend takes a cloud in one pass. */
const inChunks = <N, R extends Readonly<Record<string, Tensor<N>>>>(
  B: Backend<N>,
  x: Matrix<N>,
  points: number,
  of: (queries: Matrix<N>) => R,
): R => {
  const count = B.shape(x)[0]
  const size = B.cloudsInOnePass === true ? count : Math.max(1, Math.floor(PAIRS_AT_ONCE / points))
  if (count <= size) return B.scope(() => of(x))
  const parts: R[] = []
  for (let from = 0; from < count; from += size) parts.push(B.scope(() => of(B.slice(x, 0, from, Math.min(count, from + size)))))
  const joined = Object.keys(parts[0] as R).map((name) => {
    const pieces = parts.map((part) => part[name] as Tensor<N>)
    const whole = B.concat(pieces, 0)
    pieces.forEach(B.free)
    return [name, whole] as const
  })
  // Each name keeps the type it has in a part: joining along axis 0 changes the number of rows alone.
  return Object.fromEntries(joined) as R
}
