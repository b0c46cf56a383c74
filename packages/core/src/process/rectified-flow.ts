import { type ForwardProcess, forwardProcess } from './forward-process.js'

/** Rectified flow: α = 1 − t, σ = t on [0, 1] (Liu, Gong & Liu 2023; the optimal-transport path of Lipman et al. 2023). */
export const rectifiedFlow = (): ForwardProcess =>
  forwardProcess({
    name: 'rectified-flow',
    timeRange: [0, 1],
    alpha: (t) => 1 - t,
    sigma: (t) => t,
    alphaDerivative: () => -1,
    varianceDerivative: (t) => 2 * t,
    logSnr: (t) => 2 * (Math.log1p(-t) - Math.log(t)),
    timeOfLogSnr: (logSnr) => 1 / (1 + Math.exp(0.5 * logSnr)),
  })
