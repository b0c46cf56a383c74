import { type DataDeviation, edmTarget } from './edm-target.js'
import type { Objective } from './objective.js'
import { denoiserTarget, noiseTarget, scoreTarget, velocityTarget, vTarget } from './targets.js'
import type { Weight } from './weight.js'
import { constantWeight, signalToNoise, varianceWeight } from './weights.js'

/** The conditional expectation model: ∫ λ E|X₀ − m|² dt with λ = α²/σ², 1/(e^t − 1) on Ornstein–Uhlenbeck (paper B, eq. (33)–(34), (38)). */
export const cem: Objective = { name: 'cem', target: denoiserTarget, weight: signalToNoise }

/** DDPM: ∫ E|ξ − ε|² dt (paper B, eq. (24); Ho, Jain & Abbeel 2020, eq. 14). */
export const ddpm: Objective = { name: 'ddpm', target: noiseTarget, weight: constantWeight() }

/** SGM: ∫ σ² E|−ξ/σ − s|² dt (paper B, eq. (22) with λ = v, for the sign s = −S; Song et al. 2021, eq. 7). */
export const sgm: Objective = { name: 'sgm', target: scoreTarget, weight: varianceWeight }

/** v-prediction: ∫ E|α ξ − σ X₀ − v|² dt, for variance-preserving processes (Salimans & Ho 2022, §4: the weight SNR + 1 on the denoiser). */
export const vPrediction: Objective = { name: 'v-prediction', target: vTarget, weight: constantWeight() }

/** Conditional flow matching: ∫ E|α' X₀ + σ' ξ − u|² dt (Lipman et al. 2023, eq. 9 and 14). */
export const flowMatching: Objective = { name: 'flow-matching', target: velocityTarget, weight: constantWeight() }

/**
 * EDM: the preconditioned target with weight 1, which is λ(s) = (s² + σ_d²)/(s σ_d)² on the denoiser, s = σ/α (Karras et al. 2022, eq. 8 and
 * table 1). Throws `InvalidArgument` unless the deviation is positive and finite.
 */
export const edmPreconditioned = ({ dataDeviation }: DataDeviation): Objective => ({
  name: 'edm',
  target: edmTarget({ dataDeviation }),
  weight: constantWeight(),
})

/** The same target with another weight of its own error. */
export const withWeight = (objective: Objective, weight: Weight): Objective => ({
  name: `${objective.name} with weight '${weight.name}'`,
  target: objective.target,
  weight,
})
