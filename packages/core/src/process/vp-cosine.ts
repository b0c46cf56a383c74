import { tweedieError } from '../errors.js'
import { type ForwardProcess, forwardProcess } from './forward-process.js'

/**
 * The variance-preserving cosine process: α = cos θ(t)/cos θ(0), θ(t) = ½π (t + offset)/(1 + offset), σ² = 1 − α² on [0, 1]
 * (Nichol & Dhariwal 2021, "Improved denoising diffusion probabilistic models", eq. 17). Throws `InvalidArgument` for a negative offset.
 */
export const vpCosine = ({ offset = 0.008 }: { readonly offset?: number } = {}): ForwardProcess => {
  if (!(offset >= 0) || !Number.isFinite(offset))
    throw tweedieError('InvalidArgument', 'vpCosine', `offset ${offset}`, 'Use an offset of at least 0; 0.008 is usual')
  const rate = (0.5 * Math.PI) / (1 + offset)
  const first = rate * offset
  const scale = Math.cos(first)
  // cos(½π) is not 0 in floating point, so the end is written as such.
  const alpha = (t: number): number => (t === 1 ? 0 : Math.cos(first + rate * t) / scale)
  // cos² a − cos² b = sin(b − a) sin(b + a): no cancellation near t = 0.
  const variance = (t: number): number => (Math.sin(rate * t) * Math.sin(rate * t + 2 * first)) / (scale * scale)
  return forwardProcess({
    name: 'vp-cosine',
    timeRange: [0, 1],
    alpha,
    sigma: (t) => Math.sqrt(variance(t)),
    alphaDerivative: (t) => (-rate * Math.sin(first + rate * t)) / scale,
    varianceDerivative: (t) => (rate * Math.sin(2 * (first + rate * t))) / (scale * scale),
    logSnr: (t) => 2 * Math.log(alpha(t)) - Math.log(variance(t)),
    timeOfLogSnr: (logSnr) => {
      if (!Number.isFinite(logSnr)) return logSnr < 0 ? 1 : 0
      const sigma2 = 1 / (1 + Math.exp(logSnr))
      const angle = Math.asin(Math.min(1, Math.hypot(Math.sin(first), Math.sqrt(sigma2) * scale)))
      // Near the noise end asin loses digits and acos has them; near the data end the sine of the difference has them.
      if (logSnr < 0) return (Math.acos(scale / Math.sqrt(1 + Math.exp(-logSnr))) - first) / rate
      return Math.asin((sigma2 * scale * scale) / Math.sin(angle + first)) / rate
    },
  })
}
