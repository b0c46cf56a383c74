/**
 * Mean and standard deviation of plain numbers, by two passes. Deviations are divided by the largest of them before they are squared,
 * so that neither overflows nor underflows.
 */
export interface Moments {
  readonly mean: number
  /** With n − 1 in the denominator; 0 for a single value. */
  readonly standardDeviation: number
}

export const moments = (values: Float64Array): Moments => {
  const count = values.length
  let sum = 0
  for (let i = 0; i < count; i++) sum += values[i] as number
  const first = sum / count
  let residual = 0
  let largest = 0
  for (let i = 0; i < count; i++) {
    const deviation = (values[i] as number) - first
    residual += deviation
    largest = Math.max(largest, Math.abs(deviation))
  }
  const mean = first + residual / count
  if (largest === 0 || count < 2) return { mean, standardDeviation: 0 }
  let squares = 0
  for (let i = 0; i < count; i++) {
    const scaled = ((values[i] as number) - mean) / largest
    squares += scaled * scaled
  }
  return { mean, standardDeviation: largest * Math.sqrt(squares / (count - 1)) }
}
