/**
 * An order for the labels of a category, so that neighbours in the order are alike in the other columns: labels lie along the first principal axis
 * of the label means of the other columns (the axis on which the labels differ most; Pagès 2004 treats mixed data so).
 */

/** What is known of the other columns: for each row, the values of some features with mean 0. */
export interface Feature {
  readonly value: (row: number) => number
}

/**
 * The labels' codes (from 0) in order. `labels[code]` is the text of each; equal places on the axis, and a table of no other column, are ordered by
 * count, most frequent first, then by text.
 */
export const orderLabels = (
  codes: Int32Array,
  counts: readonly number[],
  labels: readonly string[],
  features: readonly Feature[],
): readonly number[] => {
  const byText = labels.map((_, code) => code).sort((a, b) => ((labels[a] as string) < (labels[b] as string) ? -1 : 1))
  const places = axisPlaces(labelMeans(codes, counts, features), counts)
  const flip = (places[byText[0] as number] as number) > (places[byText.at(-1) as number] as number) ? -1 : 1
  return [...byText].sort((a, b) => flip * ((places[a] as number) - (places[b] as number)) || (counts[b] as number) - (counts[a] as number))
}

/** The mean of each feature over the rows of each label: labels × features. */
const labelMeans = (codes: Int32Array, counts: readonly number[], features: readonly Feature[]): readonly Float64Array[] => {
  const means = counts.map(() => new Float64Array(features.length))
  features.forEach(({ value }, f) => {
    codes.forEach((code, row) => {
      const mean = means[code] as Float64Array
      mean[f] = (mean[f] as number) + value(row) / (counts[code] as number)
    })
  })
  return means
}

const ROUNDS = 60

/** Places of the label means along their first principal axis, rows weighing alike: power iteration from the axis of the heaviest label. */
const axisPlaces = (means: readonly Float64Array[], counts: readonly number[]): readonly number[] => {
  const project = (axis: Float64Array): number[] => means.map((mean) => mean.reduce((sum, m, f) => sum + m * (axis[f] as number), 0))
  const size = (mean: Float64Array, code: number): number => (counts[code] as number) * mean.reduce((sum, m) => sum + m * m, 0)
  const heaviest = means.reduce((best, mean, code) => (size(mean, code) > size(means[best] as Float64Array, best) ? code : best), 0)
  let axis = Float64Array.from(means[heaviest] as Float64Array)
  for (let round = 0; round < ROUNDS; round++) {
    const places = project(axis)
    const next = axis.map((_, f) =>
      means.reduce((sum, mean, code) => sum + (counts[code] as number) * (places[code] as number) * (mean[f] as number), 0),
    )
    const length = Math.hypot(...next)
    if (!(length > 0)) return means.map(() => 0)
    axis = next.map((x) => x / length)
  }
  return project(axis)
}
