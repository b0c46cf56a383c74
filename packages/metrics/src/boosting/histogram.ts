import type { BinnedRows } from './bin-columns.js'

/**
 * The histogram of a set of rows: for every bin of every column the sum of the gradients, the sum of the second derivatives and the
 * number of rows, side by side. The sums are of whole numbers (`boosted-trees.ts`), so they are exact in any order, and a
 * node's histogram less that of one child is exactly that of the other.
 */
export type Histogram = Float64Array

/** Where column j's bins start in a histogram, times 3; one more entry, the length. */
export const histogramOffsets = ({ cuts }: BinnedRows): Int32Array => {
  const offsets = new Int32Array(cuts.length + 1)
  cuts.forEach((points, j) => {
    offsets[j + 1] = (offsets[j] as number) + 3 * (points.length + 1)
  })
  return offsets
}

/** Gradients and second derivatives of the loss by row, in whole units. */
export interface Slopes {
  readonly gradients: Float64Array
  readonly curvatures: Float64Array
}

/** Writes the histogram of the rows `order[from..to)`. */
export const fillHistogram = (
  histogram: Histogram,
  { codes, columns }: BinnedRows,
  offsets: Int32Array,
  { gradients, curvatures }: Slopes,
  order: Int32Array,
  from: number,
  to: number,
): void => {
  histogram.fill(0)
  for (let i = from; i < to; i++) {
    const row = order[i] as number
    const gradient = gradients[row] as number
    const curvature = curvatures[row] as number
    for (let j = 0, k = row * columns; j < columns; j++, k++) {
      const at = (offsets[j] as number) + 3 * (codes[k] as number)
      histogram[at] = (histogram[at] as number) + gradient
      histogram[at + 1] = (histogram[at + 1] as number) + curvature
      histogram[at + 2] = (histogram[at + 2] as number) + 1
    }
  }
}

/** Takes `part` off `whole` in place. */
export const subtractHistogram = (whole: Histogram, part: Histogram): void => {
  for (let k = 0; k < whole.length; k++) whole[k] = (whole[k] as number) - (part[k] as number)
}
