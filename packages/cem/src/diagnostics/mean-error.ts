/** The mean of numbers and its standard error, √(Σ (x − mean)²/(n (n − 1))). */
export interface Estimate {
  readonly mean: number
  readonly standardError: number
}

export const estimate = (values: ArrayLike<number>): Estimate => {
  const count = values.length
  let sum = 0
  for (let i = 0; i < count; i++) sum += values[i] as number
  const mean = sum / count
  let squares = 0
  for (let i = 0; i < count; i++) squares += ((values[i] as number) - mean) ** 2
  return { mean, standardError: Math.sqrt(squares / (count * (count - 1))) }
}
