import type { NoiseLevel } from '@tweedie/core'
import fc from 'fast-check'
import { evenly } from './numbers.js'

/**
 * Noise levels X = α X_0 + σ Z with σ > 0 and σ/α from 1e-4 to 1e4: variance-preserving (α² + σ² = 1), exploding (α = 1), straight (α + σ = 1), and
 * pure noise (α = 0).
 */
export const noiseLevels = (): fc.Arbitrary<NoiseLevel> => {
  const ratio = evenly(-4, 4).map((exponent) => 10 ** exponent)
  return fc.oneof(
    { weight: 4, arbitrary: ratio.map((r): NoiseLevel => ({ alpha: 1 / Math.hypot(1, r), sigma: r / Math.hypot(1, r) })) },
    { weight: 4, arbitrary: ratio.map((r): NoiseLevel => ({ alpha: 1, sigma: r })) },
    { weight: 4, arbitrary: ratio.map((r): NoiseLevel => ({ alpha: 1 / (1 + r), sigma: r / (1 + r) })) },
    { weight: 1, arbitrary: ratio.map((r): NoiseLevel => ({ alpha: 0, sigma: r })) },
  )
}
