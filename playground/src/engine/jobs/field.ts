import { type Backend, readAndFree, throwIfAborted, tweedieError } from '@tweedie/core'
import { pointCloud } from '@tweedie/score'
import { limits } from '../../setup.js'
import { processOf, timeEnds } from '../equation/process-of.js'
import type { JobContext, RequestOf } from '../job.js'
import { tableOf } from './table-of.js'

/** Rows of queries that are asked for at a time, so that a cancel is heard in between. */
const QUERIES = 8_192

/**
 * The score (α m − x)/σ² and ln p_t of the points on a square grid over [−4, 4]² at a time of the process (docs/formulas.md §1), from the posterior moments.
 * Rejects with `InvalidArgument` for a time outside the process or before its stop, and for a size outside the limits.
 */
export const field = async <N>(
  B: Backend<N>,
  { id, setup, time: asked, size }: RequestOf<'field'>,
  { post, signal }: JobContext,
): Promise<string> => {
  const process = processOf(setup.process)
  const [first, last] = [timeEnds(process).stop, process.timeRange[1]]
  // A time between two of a grid may miss its end by rounding.
  const time = Math.abs(asked - first) <= 1e-9 * first ? first : asked
  if (!(time >= first && time <= last))
    throw tweedieError(
      'InvalidArgument',
      'field, time',
      `t = ${asked}`,
      `Use a time from ${first} to ${last}: points have no density without noise`,
    )
  const { least, most } = limits.fieldSize
  if (!(Number.isInteger(size) && size >= least && size <= most))
    throw tweedieError('InvalidArgument', 'field, size', `size ${size}`, `Use a whole number from ${least} to ${most}`)

  const { extent } = limits
  const [alpha, sigma] = [process.alpha(time), process.sigma(time)]
  const queries = gridOf(size, extent)
  const score = new Float32Array(2 * size * size)
  const logDensity = new Float32Array(size * size)
  const began = performance.now()
  const cloud = pointCloud(B, tableOf(setup))(process)
  try {
    for (let from = 0; from < size * size; from += QUERIES) {
      throwIfAborted(signal, 'field')
      const rows = Math.min(QUERIES, size * size - from)
      const part = queries.subarray(2 * from, 2 * (from + rows))
      const moments = B.scope(() => {
        const { mean, logDensity } = cloud.moments(B.tensor(part, [rows, 2]), time)
        return { mean, logDensity }
      })
      const [mean, density] = await Promise.all([readAndFree(B, moments.mean), readAndFree(B, moments.logDensity)])
      mean.forEach((m, k) => {
        score[2 * from + k] = (alpha * m - (part[k] as number)) / sigma ** 2
      })
      logDensity.set(density, from)
      post({ kind: 'progress', id, stage: 'field', done: from + rows, of: size * size })
      await new Promise((resolve) => setTimeout(resolve, 0))
    }
  } finally {
    cloud.free()
  }
  post({ kind: 'field', id, time, size, bounds: [-extent, -extent, extent, extent], score, logDensity })
  return `${size} × ${size} queries, ${setup.points.length} points, ${(performance.now() - began).toFixed(0)} ms on ${B.name}`
}

/** The middles of the cells of a grid over [−extent, extent]², row after row from the bottom: [size², 2]. */
const gridOf = (size: number, extent: number): Float64Array => {
  const at = (k: number): number => extent * ((2 * k + 1) / size - 1)
  return Float64Array.from({ length: 2 * size * size }, (_, k) => {
    const cell = Math.floor(k / 2)
    return at(k % 2 === 0 ? cell % size : Math.floor(cell / size))
  })
}
