import { type Backend, type ForwardProcess, type HostMatrix, tweedieError } from '@tweedie/core'
import type { Field, Kind } from '@tweedie/score'
import { evaluate } from './noised-sample.js'

export interface BlowUpOptions<N> {
  readonly field: Field<Kind, N>
  readonly process: ForwardProcess
  /** Where, [M, D]. */
  readonly points: HostMatrix
  /** Small times, two different ones at least. */
  readonly times: readonly number[]
  /** What the order is counted in: the time, or the noise σ. Time when left out. */
  readonly against?: 'time' | 'sigma'
  readonly signal?: AbortSignal | undefined
}

/** How a field grows at a point as t → 0. */
export interface BlowUpOrder {
  /** The slope p of |f| ~ C t^p (or σ^p), by least squares of the logarithms. */
  readonly order: number
  /** |f| at each time. */
  readonly magnitudes: readonly number[]
}

/**
 * The order at which |f(x, t)| grows as t → 0, at every point. Off a submanifold that carries the data, under Ornstein and Uhlenbeck, the score grows like t^−1,
 * the noise like t^−½ and the denoiser is bounded, t^0 (paper B, Theorem 3.5): −2, −1 and 0 against σ under any process. With noise in the data
 * the score is bounded too (Theorem 3.7).
 *
 * Rejects with `InvalidArgument` for fewer than two different times, for times without noise, or where the field is 0; with `NotFinite` where it is no number,
 * `Aborted`, and with what the field throws.
 */
export const blowUpOrder = async <N>(
  B: Backend<N>,
  { field, process, points, times, against = 'time', signal }: BlowUpOptions<N>,
): Promise<readonly BlowUpOrder[]> => {
  const scales = times.map((t) => Math.log(against === 'time' ? t : process.sigma(t)))
  const centre = scales.reduce((sum, value) => sum + value, 0) / scales.length
  const squares = scales.reduce((sum, value) => sum + (value - centre) ** 2, 0)
  if (!(squares > 0 && Number.isFinite(squares)))
    throw tweedieError(
      'InvalidArgument',
      'blowUpOrder',
      `times ${times.join(', ')}`,
      'Give two different times at least, with noise at all',
    )
  const magnitudes: Float64Array[] = []
  for (const t of times) {
    const { data, columns } = await evaluate(B, 'blowUpOrder', field, points, t, { signal })
    magnitudes.push(
      Float64Array.from({ length: points.rows }, (_, i) => {
        const size = Math.hypot(...data.subarray(i * columns, (i + 1) * columns))
        if (size === 0)
          throw tweedieError(
            'InvalidArgument',
            'blowUpOrder',
            `the ${field.kind} is 0 at point ${i}, t = ${t}`,
            'Use points where it is not',
          )
        return size
      }),
    )
  }
  return Array.from({ length: points.rows }, (_, i) => {
    const sizes = magnitudes.map((row) => row[i] as number)
    return {
      order: sizes.reduce((sum, size, k) => sum + ((scales[k] as number) - centre) * Math.log(size), 0) / squares,
      magnitudes: sizes,
    }
  })
}
