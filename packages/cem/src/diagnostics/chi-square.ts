import { normalDistribution } from '../support/normal-distribution.js'

/**
 * The probability that χ² with a whole number of degrees of freedom exceeds x: Q(x | k) = Q(x | k − 2) + (x/2)^(k/2 − 1) e^(−x/2)/Γ(k/2) from Q(x | 2) = e^(−x/2)
 * and Q(x | 1) = 2 (1 − Φ(√x)) (Abramowitz and Stegun 26.4.4 and 26.4.5). Absolute error about 1e-15.
 */
export const chiSquareSurvival = (x: number, degrees: number): number => {
  if (x <= 0) return 1
  const odd = degrees % 2 === 1
  let survival = odd ? 2 * normalDistribution(-Math.sqrt(x)) : Math.exp(-x / 2)
  // The term of k = 3 or 4; each next one is larger by x/k.
  let term = odd ? Math.sqrt((2 * x) / Math.PI) * Math.exp(-x / 2) : (x / 2) * Math.exp(-x / 2)
  for (let k = odd ? 3 : 4; k <= degrees; k += 2) {
    survival += term
    term *= x / k
  }
  return Math.min(1, survival)
}
