/**
 * The φ-functions of exponential integrators (Hochbruck & Ostermann 2010, "Exponential integrators", §2):
 *
 *     φ_k(z) = ∫₀¹ e^((1 − θ) z) θ^(k−1)/(k−1)! dθ,    φ_(k+1)(z) = (φ_k(z) − 1/k!)/z,    φ_k(z) = Σ_n zⁿ/(n + k)!.
 */

/** Under this the recurrence loses up to (k!)/|z|^k of the digits, and the series needs at most 30 terms. */
const SERIES = 3

/** φ_k(z), k ≥ 0; φ_0 is the exponential. To about 14 digits for k ≤ 6. */
export const phi = (k: number, z: number): number => (k === 0 ? Math.exp(z) : (scaledPhi(z, k)[k - 1] as number) * Math.exp(Math.max(z, 0)))

/**
 * The moments of the step: μ_j = ∫₀¹ e^((1 − θ) z) θ^j dθ / ∫₀¹ e^((1 − θ) z) dθ = j! φ_(j+1)(z)/φ_1(z) for j < count, each between 0 and
 * 1. μ_0 is 1; μ_j is 1/(j + 1) at z = 0, and tends to 1 for z → −∞.
 */
export const phiMoments = (z: number, count: number): number[] => {
  const values = scaledPhi(z, count)
  let factorial = 1
  return values.map((value, j) => {
    factorial *= Math.max(j, 1)
    return (factorial * value) / (values[0] as number)
  })
}

/** φ_1(z), …, φ_count(z), times e^(−z) where z > 0, so that nothing overflows. */
const scaledPhi = (z: number, count: number): number[] => {
  const scale = Math.exp(-Math.max(z, 0))
  const values: number[] = []
  let inverseFactorial = 1
  for (let k = 1; k <= count; k++) {
    const before = values.at(-1) ?? Math.exp(Math.min(z, 0))
    if (Math.abs(z) < SERIES) values.push(scale * series(k, z, inverseFactorial / k))
    else values.push(k === 1 ? -Math.expm1(-Math.abs(z)) / Math.abs(z) : (before - scale * inverseFactorial) / z)
    inverseFactorial /= k
  }
  return values
}

/** Σ_n zⁿ/(n + k)!, from its first term 1/k!. */
const series = (k: number, z: number, first: number): number => {
  let [sum, term] = [0, first]
  for (let n = 1; sum + term !== sum; n++) {
    sum += term
    term *= z / (n + k)
  }
  return sum
}
