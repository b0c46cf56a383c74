import type { Backend } from '@tweedie/core'
import type { Generator } from '../generator.js'
import { generatorMap } from './generator-map.js'
import { largest, logAbsDeterminant, squares } from './linear-algebra.js'
import { inChunks, type LogDensities, type LogDensity } from './log-density.js'
import { logSumExp } from './log-sum-exp.js'
import { type StartOptions, startsOf } from './nearest-noise.js'
import { type SolvedRows, solveRows } from './solve-rows.js'

export interface GeneratorDensityOptions extends StartOptions {
  /** Iterations at most from each start; default 60. */
  readonly iterations?: number
  /** Rows at a time; default 500. */
  readonly chunk?: number
}

/**
 * The density of what a generator draws, x = F(Y) with Y ~ N(0, I), by its own Jacobian:
 *
 *     ln p(x) = ln Σ_{y: F(y) = x} N(y; 0, I) / |det ∂F/∂y|.
 *
 * F(y) = x is solved for every row from several starts. A network need not be one to one: different solutions are added up (`preimages`), and one
 * that was missed leaves p too small. Where none is found `converged` is 0, `residual` says how near the search came, and ln p is −Infinity: the
 * generator does not reach the row, or the starts were poor (pass `encode`). Jacobians take d passes and d³ operations a row, for d up to about 50.
 *
 * The density is that of the network's own output, in scores. Throws `InvalidArgument` for a network whose noise and data differ in columns.
 */
export const generatorDensity = <N>(
  B: Backend<N>,
  generator: Pick<Generator<N>, 'network' | 'parameters'>,
  options: GeneratorDensityOptions,
): LogDensity => {
  const map = generatorMap('generatorDensity', B, generator)
  const starts = startsOf('generatorDensity', map, options)
  const { iterations = 60, chunk = 500 } = options
  const d = map.dimension
  return (rows, asked = {}) =>
    inChunks('generatorDensity', d, chunk, async (part): Promise<LogDensities> => {
      const ends: SolvedRows[] = []
      for (const start of await starts(part, asked.signal))
        ends.push(await solveRows(map, part, start, { ridge: 0, iterations, signal: asked.signal }))
      const [logDensity, residual] = [new Float64Array(part.rows), new Float64Array(part.rows)]
      const preimages = new Uint8Array(part.rows)
      for (let i = 0; i < part.rows; i++) {
        const found = distinct(ends, i, d, Math.sqrt(map.precision))
        const terms = found
          .map(({ y, jacobian }) => -0.5 * squares(y) - 0.5 * d * Math.log(2 * Math.PI) - logAbsDeterminant(jacobian, d))
          // At a fold det ∂F/∂y = 0, and there is no density.
          .filter(Number.isFinite)
        logDensity[i] = logSumExp(terms)
        preimages[i] = terms.length
        residual[i] = ends.reduce(
          (least, { difference }) => Math.min(least, largest(difference.subarray(i * d, (i + 1) * d))),
          Number.POSITIVE_INFINITY,
        )
      }
      return { logDensity, residual, preimages, converged: preimages.map((count) => Math.min(1, count)) }
    })(rows, asked)
}

/** The different ends of row i that have converged, with their Jacobians. */
export const distinct = (
  ends: readonly SolvedRows[],
  i: number,
  d: number,
  near: number,
): readonly { readonly y: Float64Array; readonly jacobian: Float64Array; readonly difference: Float64Array }[] => {
  const found: { y: Float64Array; jacobian: Float64Array; difference: Float64Array }[] = []
  for (const { y, jacobian, difference, converged } of ends) {
    if (converged[i] === 0) continue
    const here = y.data.subarray(i * d, (i + 1) * d)
    const apart = found.every(({ y: other }) => largest(here.map((value, k) => value - (other[k] as number))) > near * (1 + largest(here)))
    if (apart)
      found.push({ y: here, jacobian: jacobian.subarray(i * d * d, (i + 1) * d * d), difference: difference.subarray(i * d, (i + 1) * d) })
  }
  return found
}
