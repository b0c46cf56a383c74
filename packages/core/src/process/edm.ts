import { type ForwardProcess, forwardProcess } from './forward-process.js'

/** The EDM process: α = 1, σ = t, time is noise (Karras et al. 2022, "Elucidating the design space of diffusion-based generative models", table 1). */
export const edm = ({ sigmaMin = 0.002, sigmaMax = 80 }: { readonly sigmaMin?: number; readonly sigmaMax?: number } = {}): ForwardProcess =>
  forwardProcess({
    name: 'edm',
    timeRange: [sigmaMin, sigmaMax],
    alpha: () => 1,
    sigma: (t) => t,
    alphaDerivative: () => 0,
    varianceDerivative: (t) => 2 * t,
    logSnr: (t) => -2 * Math.log(t),
    timeOfLogSnr: (logSnr) => Math.exp(-0.5 * logSnr),
  })
