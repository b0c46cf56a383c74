import type { ForwardProcess } from '@tweedie/core'
import type { Law } from '../law.js'
import type { CloudLawOptions, MakeCloudField } from './cases.js'
import { definitionLaws } from './limits.js'
import { symmetryLaws } from './symmetries.js'
import { weightLaws } from './weights.js'

/**
 * What the field of a point cloud {y_i} with weights π_i keeps: its definition, the convex hull, the nearest point as the noise goes (paper B,
 * Theorem 3.5), the symmetries of the kernel, and the meaning of weights. Clouds are generated, degenerate ones among them. The backend
 * has to compute in float64: a tolerance is what 2⁻⁴⁸ of rounding does.
 *
 * `make` may do without log-weights (`weights: false`). Throws `InvalidArgument` when the process has none of the log-SNRs.
 *
 * @example
 * await checkLaws(cloudLaws((points, logWeights) => pointCloud(B, points, logWeights && { logWeights }), edm(), { dimension: 2 }))
 */
export const cloudLaws = <N>(make: MakeCloudField<N>, process: ForwardProcess, options: CloudLawOptions): readonly Law[] => [
  ...definitionLaws(make, process, options),
  ...symmetryLaws(make, process, options),
  ...weightLaws(make, process, options),
]
