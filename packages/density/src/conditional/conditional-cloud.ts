import { type Backend, type ForwardProcess, type HostMatrix, type Matrix, takeColumns, tweedieError } from '@tweedie/core'
import { type Field, field } from '@tweedie/score'
import { freeColumns, requireGivenColumns } from './given.js'

/** Where α is below this part of σ a state says nothing about X₀: what is left out of the exponents is a rounding error. */
const NO_SIGNAL = 1e-14
/** Numbers in one tensor of queries × points, on a backend that makes one: 32 MiB in float64. */
const PAIRS_AT_ONCE = 2 ** 22

export interface ConditionalCloudOptions {
  /** The columns that are given, from 0; their order is that of the columns of b. */
  readonly columns: readonly number[]
  /** h, above 0. */
  readonly bandwidth: number
}

/** The field of the columns that are not given, one condition per row of the state. */
export interface ConditionalField<N> extends Field<'denoiser', N> {
  /** Columns of a state: those that are not given. */
  readonly dimension: number
  /** Gives back the tensors of the conditions. */
  readonly free: () => void
}

/** A cloud that takes conditions. */
export interface ConditionalCloud<N> {
  /** The field of rows whose conditions are b: [M, dB] for states [M, dA], or [1, dB] for states of any number of rows. */
  readonly given: (b: HostMatrix) => ConditionalField<N>
  /** Gives back the points. Use no field of the cloud afterwards. */
  readonly free: () => void
}

/**
 * The exact denoiser of x_A given x_B = b over a cloud {(y_i, b_i)}, a condition of its own in every row:
 *
 *     m_A(x, t; b) = Σ w_i y_i,    w_i ∝ exp(−|b − b_i|²/(2h²) − |x − α y_i|²/(2σ²)).
 *
 * Both squares are one in the joint space: (x, σb/h) against α (y_i, σb_i/(αh)), so with the given columns of the points scaled by σ/(αh) at each time, one
 * call of the backend's posterior kernel serves rows with different b exactly. Where α = 0 the weights are those of b alone.
 *
 * Building it throws `InvalidArgument` for a bandwidth that is not positive or columns that are not some of the cloud's, `InvalidTable` for a cloud without
 * rows; a field throws `ShapeMismatch` for states and conditions that do not go together, `InvalidArgument` where σ = 0.
 *
 * @example
 * const denoise = conditionalCloud(B, scores, { columns: [0], bandwidth: 0.2 })(process).given(fromRows([[1.3]]))
 */
export const conditionalCloud = <N>(
  B: Backend<N>,
  cloud: HostMatrix,
  { columns, bandwidth }: ConditionalCloudOptions,
): ((process: ForwardProcess) => ConditionalCloud<N>) => {
  const where = 'conditionalCloud'
  requireGivenColumns(where, columns, cloud.columns)
  if (cloud.rows < 1) throw tweedieError('InvalidTable', where, 'a cloud without rows', 'Give at least one row')
  if (!(bandwidth > 0 && Number.isFinite(bandwidth)))
    throw tweedieError('InvalidArgument', where, `bandwidth ${bandwidth}`, 'Use a bandwidth above 0, in the units of the given columns')
  const drawn = freeColumns(columns, cloud.columns)
  const [dA, dB, rows] = [drawn.length, columns.length, cloud.rows]
  const points: Matrix<N> = B.tensor(takeColumns(cloud, [...drawn, ...columns]).data, [rows, dA + dB])
  const [pointsA, pointsB]: readonly [Matrix<N>, Matrix<N>] = B.scope(() => [B.slice(points, 1, 0, dA), B.slice(points, 1, dA, dA + dB)])
  const atOnce = B.cloudsInOnePass === true ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(PAIRS_AT_ONCE / rows))

  /** The denoiser [M, dA] for states x [M, dA] and conditions b [M, dB]. */
  const denoise = (x: Matrix<N>, b: Matrix<N>, alpha: number, sigma: number): Matrix<N> => {
    if (!(alpha > NO_SIGNAL * sigma)) return B.softmaxExpectation(B.mul(B.squaredDistances(b, pointsB), -1 / (2 * bandwidth ** 2)), pointsA)
    const scale = sigma / (alpha * bandwidth)
    const scales: Matrix<N> = B.tensor([...drawn.map(() => 1), ...columns.map(() => scale)], [1, dA + dB])
    const query: Matrix<N> = B.concat([x, B.mul(b, sigma / bandwidth)], 1)
    return B.slice(B.posteriorMean(query, { points: B.mul(points, scales) }, { alpha, sigma }), 1, 0, dA)
  }

  return (process) => ({
    given: (b) => {
      if (b.columns !== dB)
        throw tweedieError('ShapeMismatch', where, `conditions of ${b.columns} columns for ${dB} given columns`, `Pass b as [rows, ${dB}]`)
      const conditions: Matrix<N> = B.tensor(b.data, [b.rows, dB])
      const evaluate = (x: Matrix<N>, t: number): Matrix<N> => {
        const [count, width] = B.shape(x)
        if (width !== dA || (b.rows !== 1 && count !== b.rows))
          throw tweedieError(
            'ShapeMismatch',
            where,
            `states [${count}, ${width}] for ${b.rows} conditions`,
            `Pass states [${b.rows === 1 ? 'M' : b.rows}, ${dA}]`,
          )
        const all: Matrix<N> = b.rows === 1 ? B.broadcastTo(conditions, [count, dB]) : conditions
        const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
        if (!(sigma > 0))
          throw tweedieError(
            'InvalidArgument',
            where,
            `σ = ${sigma} at t = ${t}`,
            'Stop at a time with noise left, or give the process a floor',
          )
        if (count <= atOnce) return denoise(x, all, alpha, sigma)
        const parts: Matrix<N>[] = []
        for (let from = 0; from < count; from += atOnce) {
          const to = Math.min(count, from + atOnce)
          parts.push(B.scope(() => denoise(B.slice(x, 0, from, to), B.slice(all, 0, from, to), alpha, sigma)))
        }
        return B.concat(parts, 0)
      }
      return Object.assign(field(B, 'denoiser', evaluate), { dimension: dA, free: () => B.free(conditions) })
    },
    free: () => [points, pointsA, pointsB].forEach((tensor) => B.free(tensor)),
  })
}
