import { type ForwardProcess, forwardProcess } from './forward-process.js'
import { softplus } from './softplus.js'

/**
 * Ornstein–Uhlenbeck, dX = −½X dt + dW: α = e^(−t/2), σ² = 1 − e^(−t) (paper B §2). `end` is T; the authors use 10.
 */
export const ornsteinUhlenbeck = ({ end = 10 }: { readonly end?: number } = {}): ForwardProcess =>
  forwardProcess({
    name: 'ornstein-uhlenbeck',
    timeRange: [0, end],
    alpha: (t) => Math.exp(-t / 2),
    sigma: (t) => Math.sqrt(-Math.expm1(-t)),
    alphaDerivative: (t) => -0.5 * Math.exp(-t / 2),
    varianceDerivative: (t) => Math.exp(-t),
    // ln(e^−t/(1 − e^−t)) and its inverse, written so that neither overflows.
    logSnr: (t) => -t - Math.log(-Math.expm1(-t)),
    timeOfLogSnr: (logSnr) => softplus(-logSnr),
  })
