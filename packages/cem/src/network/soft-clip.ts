import { type Backend, type HostMatrix, type Matrix, tweedieError } from '@tweedie/core'

/** A box that holds the output: low_j to high_j per column. */
export interface Bound {
  readonly low: ArrayLike<number>
  readonly high: ArrayLike<number>
  /** s over the width of the column: walls are felt over a few s. In (0, 1]; 0.01 by default. */
  readonly softness?: number
}

/**
 * The box around data, each side moved out by `margin` times the column's width. E[X₀ | X_t] lies in the box even without a margin; with one of several
 * times the softness, the clip is nearly the identity there. Throws `InvalidArgument` for no rows or a negative margin, `NotFinite`.
 */
export const boundOf = (
  { data, rows, columns }: HostMatrix,
  { margin = 0.05 }: { readonly margin?: number } = {},
): { readonly low: readonly number[]; readonly high: readonly number[] } => {
  if (rows === 0) throw tweedieError('InvalidArgument', 'boundOf', 'data without rows', 'Pass at least one row')
  if (!(margin >= 0 && Number.isFinite(margin)))
    throw tweedieError('InvalidArgument', 'boundOf', `margin ${margin}`, 'Use a fraction of the width of at least 0')
  const low = new Float64Array(columns).fill(Number.POSITIVE_INFINITY)
  const high = new Float64Array(columns).fill(Number.NEGATIVE_INFINITY)
  data.forEach((value, e) => {
    if (!Number.isFinite(value))
      throw tweedieError(
        'NotFinite',
        'boundOf',
        `${value} in row ${Math.floor(e / columns)}, column ${e % columns}`,
        'Use data without NaN and infinities',
      )
    low[e % columns] = Math.min(low[e % columns] as number, value)
    high[e % columns] = Math.max(high[e % columns] as number, value)
  })
  const out = low.map((bottom, j) => margin * ((high[j] as number) - bottom))
  return { low: [...low.map((bottom, j) => bottom - (out[j] as number))], high: [...high.map((top, j) => top + (out[j] as number))] }
}

/**
 * A smooth clip to a box, elementwise: z ↦ low + s [softplus((z − low)/s) − softplus((z − high)/s)], s = softness · (high − low). It
 * increases, lies strictly between low and high (at them once rounding says so), and differs from z by less than s e^(−d/s) at a distance d inside
 * the walls.
 *
 * softplus(u) = max(u, 0) + ln(1 + e^(−|u|)), and the two maxima together are the hard clip of z: written so, nothing overflows or
 * cancels, however large z is. A column of no width gives its one value.
 *
 * Throws `ShapeMismatch` for another number of columns, `InvalidArgument` for a box that is not finite or has low > high.
 */
export const softClip = (where: string, { low, high, softness = 0.01 }: Bound, dimension: number) => {
  if (low.length !== dimension || high.length !== dimension)
    throw tweedieError(
      'ShapeMismatch',
      where,
      `a bound of ${low.length} and ${high.length} columns for ${dimension}`,
      'Give low and high per column',
    )
  if (!(softness > 0 && softness <= 1))
    throw tweedieError('InvalidArgument', where, `softness ${softness}`, 'Use a fraction of the width above 0 and at most 1')
  const [bottom, top] = [Float64Array.from(low), Float64Array.from(high)]
  const s = bottom.map((from, j) => {
    const width = (top[j] as number) - from
    if (!(width >= 0 && Number.isFinite(width)))
      throw tweedieError('InvalidArgument', where, `a bound from ${from} to ${top[j]} in column ${j}`, 'Use low ≤ high, both finite')
    // The clip of a column of no width is its value whatever s is.
    return Number.isFinite(1 / (softness * width)) ? softness * width : 1
  })
  const slope = s.map((each) => -1 / each)
  return <N>(B: Backend<N>) =>
    (z: Matrix<N>): Matrix<N> =>
      B.scope(() => {
        const row = (numbers: Float64Array): Matrix<N> => B.tensor(numbers, [1, dimension])
        const [from, to, steep] = [row(bottom), row(top), row(slope)]
        // ln(1 + e^(−|z − wall|/s)), in (0, ln 2].
        const rest = (wall: Matrix<N>): Matrix<N> => B.log(B.add(B.exp(B.mul(B.abs(B.sub(z, wall)), steep)), 1))
        return B.add(B.minimum(B.maximum(z, from), to), B.mul(B.sub(rest(from), rest(to)), row(s)))
      })
}
