import { type ForwardProcess, forwardProcess } from './forward-process.js'
import { type LinearBeta, linearBeta } from './vp-linear.js'

/** The sub-variance-preserving process: α² = exp(−∫β), σ = 1 − α² on [0, 1] (Song et al. 2021, eq. 13 and 34). */
export const subVp = (settings: LinearBeta = {}): ForwardProcess => {
  const { decay, beta, timeOfDecay } = linearBeta(settings)
  return forwardProcess({
    name: 'sub-vp',
    timeRange: [0, 1],
    alpha: (t) => Math.exp(-0.5 * decay(t)),
    sigma: (t) => -Math.expm1(-decay(t)),
    alphaDerivative: (t) => -0.5 * beta(t) * Math.exp(-0.5 * decay(t)),
    varianceDerivative: (t) => -2 * Math.expm1(-decay(t)) * beta(t) * Math.exp(-decay(t)),
    logSnr: (t) => -decay(t) - 2 * Math.log(-Math.expm1(-decay(t))),
    // α/σ = 1/(2 sinh(decay/2)), so decay = 2 asinh(σ/(2α)).
    timeOfLogSnr: (logSnr) => timeOfDecay(2 * Math.asinh(0.5 * Math.exp(-0.5 * logSnr))),
  })
}
