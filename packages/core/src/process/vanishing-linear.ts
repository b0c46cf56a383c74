import { tweedieError } from '../errors.js'
import { type ForwardProcess, forwardProcess } from './forward-process.js'

/**
 * Paper A's process: α = 1 − (1 − floor) t, σ² = floor + (1 − floor) t on [0, 1]. With floor 0 it is α = 1 − t, σ² = t; the authors' code has
 * floor 0.01. At t = 0 the law is the data's kernel density with bandwidth √floor.
 */
export const vanishingLinear = ({ floor = 0 }: { readonly floor?: number } = {}): ForwardProcess => {
  if (!(floor >= 0 && floor < 1))
    throw tweedieError('InvalidArgument', 'vanishingLinear', `floor ${floor}`, 'Use a variance floor from 0 (included) to 1 (excluded)')
  const slope = 1 - floor
  const alpha = (t: number): number => 1 - slope * t
  const variance = (t: number): number => floor + slope * t
  return forwardProcess({
    name: 'vanishing-linear',
    timeRange: [0, 1],
    alpha,
    sigma: (t) => Math.sqrt(variance(t)),
    alphaDerivative: () => -slope,
    varianceDerivative: () => slope,
    logSnr: (t) => 2 * Math.log(alpha(t)) - Math.log(variance(t)),
    // (1 − u)² = e^λ (floor + u) with u = (1 − floor) t, by the stable root; divided through by e^λ where that is large.
    timeOfLogSnr: (logSnr) => {
      if (logSnr > 0) {
        const noise = Math.exp(-logSnr)
        return (2 * (noise - floor)) / (2 * noise + 1 + Math.sqrt(1 + 4 * noise * (1 + floor))) / slope
      }
      const snr = Math.exp(logSnr)
      return (2 * (1 - snr * floor)) / (2 + snr + Math.sqrt(snr * (snr + 4 + 4 * floor))) / slope
    },
  })
}
