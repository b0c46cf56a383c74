import { type Backend, readAndFree } from '@tweedie/core'
import type { DensityField } from '@tweedie/score'
import { toTensor } from '../fit.js'
import { type LabelLaw, labelNoise } from './label-law.js'
import { inChunks, type LogDensity } from './log-density.js'

/**
 * The density of the labels in closed form: for the point cloud {y_i} of a table's scores, with α, σ at the stopping time and r = √(α² + σ²),
 *
 *     ln p(x) = ln (1/n) Σ_i N(x; (α/r) y_i, (σ/r)² I)
 *
 * (docs/formulas.md §1; the smoothed bootstrap of Silverman & Young 1987 where r is the root and not 1). `field` is `pointCloud(B, scores)(process)`,
 * or any law whose p_t is known; it stays the caller's. Throws `InvalidArgument` where σ = 0 at the stopping time.
 *
 * @example
 * const density = cloudDensity(B, pointCloud(B, scores)(process), { process })
 * const { logDensity } = await density(rows)
 */
export const cloudDensity = <N>(
  B: Backend<N>,
  field: Pick<DensityField<N>, 'dimension' | 'logDensity'>,
  law: LabelLaw & { readonly chunk?: number },
): LogDensity => {
  const { stop, scale } = labelNoise('cloudDensity', law)
  const { dimension } = field
  return inChunks('cloudDensity', dimension, law.chunk ?? 1_000, async (rows) => {
    const numbers = await readAndFree(
      B,
      B.scope(() => field.logDensity(B.mul(toTensor(B, rows), scale), stop)),
    )
    return { logDensity: numbers.map((value) => value + dimension * Math.log(scale)) }
  })
}
