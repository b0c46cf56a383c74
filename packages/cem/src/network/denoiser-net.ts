import type { Backend, ForwardProcess, Matrix } from '@tweedie/core'
import type { Parameters } from '@tweedie/nn'
import { requireBatch } from './batch.js'
import { columnMoments, type DataMoments } from './data-moments.js'
import type { ModelNetwork, Times } from './model-network.js'
import { describe } from './name.js'
import { preconditionInput, preconditionOutput } from './preconditioning.js'
import { type Bound, softClip } from './soft-clip.js'
import { type TimeFeature, timeFeatures } from './time-features.js'
import { timeLevels } from './time-levels.js'
import { type NetworkSize, timedMlp } from './timed-mlp.js'

export interface DenoiserNetOptions extends NetworkSize {
  /** Decides α, σ and the log-SNR of a time. */
  readonly process: ForwardProcess
  /** What the network sees of the time, one feature or several; 'logSnr' by default. */
  readonly time?: TimeFeature | readonly TimeFeature[]
  /** The log-SNR that is scaled to [−1, 1], and clipped beyond; by default the process's own, as far as it lies within ±15. */
  readonly logSnrRange?: readonly [low: number, high: number]
  /** 'raw' (the default): the network sees x. With moments of the data: it sees (x − αμ)/√(α²s² + σ²), of unit variance at every time. */
  readonly input?: 'raw' | DataMoments
  /**
   * 'raw' (the default): f is the network's output F. With moments of the data: f = μ + αs²/q² (x − αμ) + sσ/q F with q² = α²s² + σ², which is a
   * denoiser: for an objective whose target is X₀, and no other.
   */
  readonly output?: 'raw' | DataMoments
  /** A box that f stays in, by a smooth clip of the output: again for a target of X₀, whose expectation lies where the data do. */
  readonly bound?: Bound | undefined
}

/**
 * A network with what helps it to learn a denoiser, each part to be had alone: the time as log-SNR or Fourier features (Tancik et al. 2020), input
 * and output preconditioning (Karras et al. 2022, for any α and σ), and an output that cannot leave a box.
 *
 * Its maker throws `InvalidArgument` or `ShapeMismatch`, naming the option. Applied, it throws `ShapeMismatch` where x, times or parameters do not
 * fit, `NotFinite` for a time that is not finite, and `InvalidArgument` for one that the process does not have.
 *
 * @example
 * const network = denoiserNet({
 *   dimension: 2, hidden: [64, 64], process, time: ['logSnr', { fourier: 8 }], input: momentsOf(data), output: momentsOf(data), bound: boundOf(data),
 * })
 */
export const denoiserNet = (options: DenoiserNetOptions): ModelNetwork => {
  const { dimension, process, time = 'logSnr', logSnrRange, input = 'raw', output = 'raw', bound } = options
  const features = timeFeatures('denoiserNet, time', process, time, logSnrRange)
  const net = timedMlp(options, features.width)
  const levelsOf = timeLevels('denoiserNet', process)
  const ofInput = input === 'raw' ? undefined : columnMoments('denoiserNet, input', input, dimension)
  const ofOutput = output === 'raw' ? undefined : columnMoments('denoiserNet, output', output, dimension)
  const clip = bound && softClip('denoiserNet, bound', bound, dimension)

  return {
    name: describe(
      'denoiser net',
      net.mlp,
      `time ${features.name}`,
      ...(ofInput ? ['input preconditioned'] : []),
      ...(ofOutput ? ['output preconditioned'] : []),
      ...(clip ? ['bounded'] : []),
    ),
    dimension,
    mlp: net.mlp,
    initialise: net.mlp.initialise,
    apply:
      <N>(B: Backend<N>) =>
      (parameters: Parameters<N>, x: Matrix<N>, times: Times): Matrix<N> => {
        requireBatch('denoiserNet', B, x, dimension, times)
        const levels = levelsOf(times)
        return B.scope(() => {
          const column = (numbers: Float64Array): Matrix<N> => B.tensor(numbers, [numbers.length, 1])
          const level = ofInput || ofOutput ? { alpha: column(levels.alpha), sigma: column(levels.sigma) } : undefined
          const z = ofInput && level ? preconditionInput(B, ofInput)(x, level) : x
          const F = net.apply(B)(parameters, z, features.of(B)(levels), typeof times === 'number')
          const f = ofOutput && level ? preconditionOutput(B, ofOutput)(x, level, F) : F
          return clip ? clip(B)(f) : f
        })
      },
  }
}
