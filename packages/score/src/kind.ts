/**
 * The kinds of a field (docs/formulas.md §1). With m(x, t) = E[X₀ | X_t = x] the posterior mean:
 *
 * - `denoiser`  m
 * - `score`     ∇ log p_t(x) = (α m − x)/σ²  (Tweedie's formula)
 * - `noise`     ε = (x − α m)/σ = −σ · score
 * - `v`         α ε − σ m, where α² + σ² = 1
 * - `velocity`  α' m + σ' ε, the velocity of the probability flow
 */
export type Kind = 'denoiser' | 'score' | 'noise' | 'v' | 'velocity'
