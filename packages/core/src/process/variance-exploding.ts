import { type ForwardProcess, forwardProcess } from './forward-process.js'

/** The variance-exploding process: α = 1, σ = sigmaMin (sigmaMax/sigmaMin)^t on [0, 1] (Song et al. 2021, eq. 9 and 30). */
export const varianceExploding = ({
  sigmaMin = 0.01,
  sigmaMax = 50,
}: {
  readonly sigmaMin?: number
  readonly sigmaMax?: number
} = {}): ForwardProcess => {
  const growth = Math.log(sigmaMax / sigmaMin)
  const sigma = (t: number): number => sigmaMin * Math.exp(growth * t)
  return forwardProcess({
    name: 'variance-exploding',
    timeRange: [0, 1],
    alpha: () => 1,
    sigma,
    alphaDerivative: () => 0,
    varianceDerivative: (t) => 2 * growth * sigma(t) ** 2,
    logSnr: (t) => -2 * (Math.log(sigmaMin) + growth * t),
    timeOfLogSnr: (logSnr) => (-0.5 * logSnr - Math.log(sigmaMin)) / growth,
  })
}
