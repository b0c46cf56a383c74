import { type Backend, type HostMatrix, normalArray, tweedieError } from '@tweedie/core'
import type { Generator } from '../generator.js'
import { distinct } from './generator-density.js'
import { generatorMap } from './generator-map.js'
import { cholesky, normalMatrix, squares } from './linear-algebra.js'
import { inChunks, type LogDensities, type LogDensity } from './log-density.js'
import { logSumExp } from './log-sum-exp.js'
import { type StartOptions, startsOf } from './nearest-noise.js'
import { drawFrom, logDensityOf, type Proposal, proposalOf } from './proposal.js'
import { type SolvedRows, solveRows } from './solve-rows.js'

export interface ImportanceDensityOptions extends StartOptions {
  /** s, the standard deviation of the noise added to generated rows; `labelNoise` of a model gives the bandwidth of its labels. */
  readonly noise: number
  /** Draws a row; default 256. */
  readonly draws?: number
  /** Iterations at most of each search for a mode; default 30. */
  readonly iterations?: number
  /** Rows at a time; default 64. It decides memory, never the result. */
  readonly chunk?: number
}

/**
 * The density of generated rows with noise added, p(x) = E_Y N(x; F(Y), s² I), by importance sampling with its standard error: a mean of weights
 *
 *     w = N(y; 0, I) N(x; F(y), s² I) / q(y),    ln p(x) ≈ ln (mean of w) ± (deviation of w)/(mean of w · √draws)
 *
 * (the delta method). q is a mixture: a Gaussian at each mode of the integrand that was found, with the covariance that the Jacobian gives
 * there, and one part in twenty of N(0, I), which bounds the weights (Hesterberg 1995; balance heuristic, Veach & Guibas 1995). Draws are shared
 * out to the parts in proportion, so the standard error is a little too large. `effectiveSampleSize` is (Σw)²/Σw² of `draws`.
 *
 * Row i depends on the key and i alone. Unlike `generatorDensity` it is finite at rows that F does not reach. Throws `InvalidArgument` for a noise that
 * is not positive, fewer than 2 draws, or a network whose noise and data differ in columns.
 */
export const importanceDensity = <N>(
  B: Backend<N>,
  generator: Pick<Generator<N>, 'network' | 'parameters'>,
  options: ImportanceDensityOptions,
): LogDensity => {
  const { noise: s, draws = 256, iterations = 30, chunk = 64, key } = options
  if (!(s > 0 && Number.isFinite(s) && Number.isSafeInteger(draws) && draws >= 2))
    throw tweedieError('InvalidArgument', 'importanceDensity', `noise ${s}, ${draws} draws`, 'Use a positive noise and at least 2 draws')
  const map = generatorMap('importanceDensity', B, generator)
  const starts = startsOf('importanceDensity', map, options)
  const d = map.dimension
  const evaluate = async (rows: HostMatrix, first: number, signal: AbortSignal | undefined): Promise<LogDensities> => {
    const ends: SolvedRows[] = []
    for (const start of await starts(rows, signal)) ends.push(await solveRows(map, rows, start, { ridge: s * s, iterations, signal }))
    const normals = normalArray(key, rows.rows * draws * d, first * draws * d)
    const points = new Float64Array(rows.rows * draws * d)
    const proposals: Proposal[] = []
    for (let i = 0; i < rows.rows; i++) {
      const proposal = proposalOf(modesOf(ends, i, d, s), draws, d)
      proposals.push(proposal)
      points.set(drawFrom(proposal, normals.subarray(i * draws * d, (i + 1) * draws * d)), i * draws * d)
    }
    const values = (await map.value({ data: points, rows: rows.rows * draws, columns: d })).data
    const [logDensity, standardError, effectiveSampleSize] = [0, 1, 2].map(() => new Float64Array(rows.rows)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ]
    for (let i = 0; i < rows.rows; i++) {
      const logWeights = new Float64Array(draws)
      for (let k = 0; k < draws; k++) {
        const at = (i * draws + k) * d
        const y = points.subarray(at, at + d)
        const away = values.subarray(at, at + d).map((value, j) => (value - (rows.data[i * d + j] as number)) / s)
        const logJoint = -0.5 * (squares(y) + squares(away)) - d * (Math.log(2 * Math.PI) + Math.log(s))
        logWeights[k] = logJoint - logDensityOf(proposals[i] as Proposal, y)
      }
      const total = logSumExp(logWeights)
      const weights = logWeights.map((value) => Math.exp(value - total) * draws)
      logDensity[i] = total - Math.log(draws)
      standardError[i] = Math.sqrt(weights.reduce((sum, w) => sum + (w - 1) ** 2, 0) / (draws * (draws - 1)))
      effectiveSampleSize[i] = draws ** 2 / squares(weights)
    }
    return { logDensity, standardError, effectiveSampleSize }
  }
  return (rows, asked = {}) => inChunks('importanceDensity', d, chunk, (part, first) => evaluate(part, first, asked.signal))(rows, asked)
}

/** The modes of ln N(y) + ln N(x; F(y), s² I) that were found, with the factor of the precision I + JᵀJ/s² there. */
const modesOf = (ends: readonly SolvedRows[], i: number, d: number, s: number) =>
  distinct(ends, i, d, 1e-2).flatMap(({ y, jacobian, difference }) => {
    const factor = cholesky(
      normalMatrix(
        jacobian.map((value) => value / s),
        d,
        d,
        1,
      ),
      d,
    )
    return factor === undefined ? [] : [{ y, factor, logHeight: -0.5 * (squares(y) + squares(difference) / (s * s)) }]
  })
