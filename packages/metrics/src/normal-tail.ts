/**
 * P(Z > z) for a standard normal Z, to about 1e-15 of itself: below 3 from the series of the distribution function (Abramowitz and Stegun
 * 26.2.11), above it by the continued fraction of the tail (26.2.14), evaluated from the far end.
 */
export const normalTail = (z: number): number => {
  if (z < 0) return 1 - normalTail(-z)
  const density = Math.exp(-z * z * 0.5) / Math.sqrt(2 * Math.PI)
  if (z < 3) {
    let term = z
    let sum = z
    for (let n = 3; term > sum * 1e-17; n += 2) {
      term *= (z * z) / n
      sum += term
    }
    return 0.5 - density * sum
  }
  let fraction = z
  for (let n = 80; n >= 1; n--) fraction = z + n / fraction
  return density / fraction
}
