import type { Solver } from '../solver.js'
import { deis } from './deis.js'

/**
 * DPM-Solver++ 3M, order 3, one evaluation a step (Lu et al. 2022b, "DPM-Solver++"; the formula is that of the authors' code): the denoiser
 * extrapolated by a parabola in half log-SNR through its last three values, with h the step, z = −h, and Newton's differences D₁ (slope)
 * and D₂ (half the curvature) per step at t,
 *
 *     x_s = (σ_s/σ_t) x + α_s h (φ_1(z) m + φ_2(z) D₁ + 2 φ_3(z) D₂).
 *
 * The authors' code, and what was copied from it, has φ_3 D₂, half of the last term. ∫ θ² e^((1 − θ) z) dθ is 2 φ_3; with half of it the
 * order is 2. With the right factor this is `deis(3)`, and so it is made. It begins with a step of `exponentialRungeKutta2`, so 1
 * evaluation more in all.
 */
export const dpmSolver3M: Solver = { ...deis(3), name: 'dpmSolver3M' }
