/**
 * The standard normal distribution function Φ to about 1e-16 in absolute error: Φ(z) = ½ + φ(z) Σ z^(2n+1)/(1·3·5⋯(2n+1)) (Marsaglia, Journal of
 * Statistical Software 11(4), 2004), whose terms all have the sign of z.
 */
export const normalDistribution = (z: number): number => {
  if (Number.isNaN(z)) return z
  // Φ(−9) < 2e-19.
  if (Math.abs(z) > 9) return z < 0 ? 0 : 1
  let term = z
  let sum = z
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (z * z) / (2 * n + 1)
    sum += term
  }
  return Math.min(1, Math.max(0, 0.5 + (sum * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI)))
}
