import {
  type Backend,
  type CloudTree,
  type CloudTreePosterior,
  type NoiseLevel,
  type TreeQuery,
  tweedieError,
  untyped,
} from '@tweedie/core'
import { type HostPosterior, hostPosterior } from './host-posterior.js'
import type { Visits } from './visits.js'

/** A tree that counts what it visits: groups looked at and points summed, over all calls. */
export interface TreeOnHost<N> extends CloudTreePosterior<N> {
  readonly visits: Visits
}

/**
 * A tree on a backend whose numbers lie in host memory, evaluated there in float64: what backends without a kernel of their own use.
 * Throws `Unsupported` for a backend without `readNow`.
 */
export const treeOnHost = <N>(B: Backend<N>, tree: CloudTree): TreeOnHost<N> => {
  const { name, readNow, shape, tensor } = untyped(B)
  if (readNow === undefined)
    throw tweedieError('Unsupported', 'cloudTree', `backend ${name} does not give its numbers at once`, "Use index: 'none' there")
  const evaluate = hostPosterior(tree)
  const visits = { groups: 0, points: 0 }
  const posterior = (x: N, level: NoiseLevel, query: TreeQuery, withMoments: boolean): HostPosterior => {
    const found = evaluate(readNow(x), level, query, withMoments)
    visits.groups += found.visits.groups
    visits.points += found.visits.points
    return found
  }
  const vector = (values: Float64Array): N => tensor(values, [values.length])
  return {
    mean: (x, level, query) => tensor(posterior(x, level, query, false).mean, shape(x)),
    moments: (x, level, query) => {
      const { mean, logDensity, covarianceTrace, effectiveSampleSize } = posterior(x, level, query, true)
      return {
        mean: tensor(mean, shape(x)),
        logDensity: vector(logDensity),
        covarianceTrace: vector(covarianceTrace),
        effectiveSampleSize: vector(effectiveSampleSize),
      }
    },
    free: () => {},
    visits,
  }
}
