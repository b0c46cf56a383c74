import { type HostMatrix, type Key, tweedieError } from '@tweedie/core'
import { type LocalKernels, localKernels, squaredDistance } from '../spread/local-kernels.js'
import { neighboursFor } from '../spread/local-spread.js'
import { nearestRows } from '../spread/nearest-rows.js'
import { inChunks, type LogDensity } from './log-density.js'

/** The kernels of a spread density. */
export interface SpreadSettings {
  /** s, in root mean square distances to the neighbours; above 0. */
  readonly spread: number
  /** k; `neighboursFor` the columns when left out, all other rows where there are fewer. */
  readonly neighbours?: number
  /** ε, a part of the mean variance of a neighbourhood; above 0, default 0.01. */
  readonly ridge?: number
}

export interface SpreadDensityOptions extends SpreadSettings {
  /** Which rows neighbours are looked for among, where the cloud has more than 10,000. */
  readonly key: Key
  /** Rows at a time; default 200. It decides how often the signal is heeded, never the result. */
  readonly chunk?: number
}

/**
 * The density of rows spread along the data, in closed form (manifold Parzen windows, Vincent & Bengio 2003, eq. 2): about each row y_i of the cloud
 * a Gaussian with the covariance of its neighbourhood,
 *
 *     ln p(x) = ln (1/n) Σ_i N(x; y_i, s² (C_i + ε (tr C_i/d) I)),    C_i = (1/k) Σ_j (y_j − y_i)(y_j − y_i)ᵀ.
 *
 * That is the law of `localSpread` with as many neighbours, but for the ridge ε, which gives it a density where the neighbours span less than all
 * directions. Kernels are made on the spot: n times k d² operations, and 4 n d² bytes.
 *
 * Throws `InvalidArgument` for a spread or ridge that is not positive or a k that is not a positive whole number, `InvalidTable` for fewer than two
 * different rows.
 */
export const spreadDensity = (cloud: HostMatrix, options: SpreadDensityOptions): LogDensity => {
  const { spread, ridge = 0.01, neighbours: asked = neighboursFor(cloud.columns), key, chunk = 200 } = options
  const positive = (value: number): boolean => value > 0 && Number.isFinite(value)
  if (!(positive(spread) && positive(ridge) && Number.isSafeInteger(asked) && asked >= 1))
    throw tweedieError(
      'InvalidArgument',
      'spreadDensity',
      `spread ${spread}, ridge ${ridge}, neighbours ${asked}`,
      'Use a positive spread and ridge, and a positive whole number of neighbours',
    )
  const neighbours = Math.max(1, Math.min(asked, cloud.rows - 1))
  const kernels = localKernels(cloud, { nearest: { rows: nearestRows(cloud, neighbours, key), count: neighbours }, neighbours, ridge })
  const d = cloud.columns
  return inChunks('spreadDensity', d, chunk, async ({ data, rows }) => ({
    logDensity: Float64Array.from({ length: rows }, (_, r) => logDensityAt(kernels, spread, data.subarray(r * d, (r + 1) * d))),
  }))
}

/** Terms that together are at most e⁻⁴⁰ of the largest are left out. */
const NEGLIGIBLE = 40

const logDensityAt = (kernels: LocalKernels, s: number, x: Float64Array): number => {
  const { centres, logDeterminants } = kernels
  const [n, d] = [centres.rows, centres.columns]
  const away = new Float64Array(d)
  const margin = NEGLIGIBLE + Math.log(n)
  let [most, sum] = [Number.NEGATIVE_INFINITY, 0]
  for (let i = 0; i < n; i++) {
    const height = logDeterminants[i] as number
    const enough = 2 * s * s * (height - most + margin)
    if (enough < 0) continue
    const squared = squaredDistance(kernels, i, x, away, enough)
    if (squared > enough) continue
    const term = height - squared / (2 * s * s)
    if (term === Number.NEGATIVE_INFINITY) continue
    if (term > most) {
      sum = sum * Math.exp(most - term) + 1
      most = term
    } else sum += Math.exp(term - most)
  }
  return most + Math.log(sum) - Math.log(n) - d * Math.log(s) - 0.5 * d * Math.log(2 * Math.PI)
}
