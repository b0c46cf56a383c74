import { tweedieError } from '../errors.js'
import { type ForwardProcess, forwardProcess } from './forward-process.js'
import { softplus } from './softplus.js'

/** The settings of a linear β(t) = betaMin + (betaMax − betaMin) t. */
export interface LinearBeta {
  readonly betaMin?: number
  readonly betaMax?: number
}

/** −2 ln α of a linear β, its derivative β(t), and its inverse. Throws `InvalidArgument` unless β is positive at both ends. */
export const linearBeta = ({ betaMin = 0.1, betaMax = 20 }: LinearBeta) => {
  if (!(betaMin > 0 && betaMax > 0 && Number.isFinite(betaMin + betaMax)))
    throw tweedieError('InvalidArgument', 'linear β', `betaMin ${betaMin} and betaMax ${betaMax}`, 'Use positive, finite rates')
  return {
    decay: (t: number): number => t * (betaMin + 0.5 * (betaMax - betaMin) * t),
    beta: (t: number): number => betaMin + (betaMax - betaMin) * t,
    timeOfDecay: (decay: number): number => (2 * decay) / (betaMin + Math.sqrt(betaMin * betaMin + 2 * (betaMax - betaMin) * decay)),
  }
}

/**
 * The variance-preserving process with linear β: α² = exp(−∫β), σ² = 1 − α² on [0, 1] (Song et al. 2021, "Score-based generative modeling
 * through stochastic differential equations", eq. 11 and 33).
 */
export const vpLinear = (settings: LinearBeta = {}): ForwardProcess => {
  const { decay, beta, timeOfDecay } = linearBeta(settings)
  return forwardProcess({
    name: 'vp-linear',
    timeRange: [0, 1],
    alpha: (t) => Math.exp(-0.5 * decay(t)),
    sigma: (t) => Math.sqrt(-Math.expm1(-decay(t))),
    alphaDerivative: (t) => -0.5 * beta(t) * Math.exp(-0.5 * decay(t)),
    varianceDerivative: (t) => beta(t) * Math.exp(-decay(t)),
    logSnr: (t) => -decay(t) - Math.log(-Math.expm1(-decay(t))),
    timeOfLogSnr: (logSnr) => timeOfDecay(softplus(-logSnr)),
  })
}
