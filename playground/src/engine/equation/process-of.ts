import {
  type ForwardProcess,
  ornsteinUhlenbeck,
  rectifiedFlow,
  vanishingLinear,
  varianceExploding,
  vpCosine,
  vpLinear,
} from '@tweedie/core'
import type { ProcessName } from '../../setup.js'

/** σ/α where a flow stops: noise of a hundredth of a unit, which is finer than a picture shows. At σ = 0 points have no density. */
export const LEAST_NOISE = 0.01

/** σ/α where a flow starts at most. Some processes have α = 0 at their end, where σ/α and the grids made from it are infinite. */
export const MOST_NOISE = 150

/** The forward process of a name. */
export const processOf = (name: ProcessName): ForwardProcess => processes[name]()

const processes: Readonly<Record<ProcessName, () => ForwardProcess>> = {
  'ornstein-uhlenbeck': ornsteinUhlenbeck,
  'vanishing-linear': vanishingLinear,
  'vp-linear': vpLinear,
  'vp-cosine': vpCosine,
  ve: varianceExploding,
  'rectified-flow': rectifiedFlow,
}

/** The times that a flow runs between: where σ/α is `LEAST_NOISE` and `MOST_NOISE`, or the end of the process where that comes first. */
export const timeEnds = (process: ForwardProcess): { readonly start: number; readonly stop: number } => {
  const [low, high] = process.timeRange
  const timeOf = (noise: number): number => Math.min(high, Math.max(low, process.timeOfLogSnr(-2 * Math.log(noise))))
  return { start: timeOf(MOST_NOISE), stop: timeOf(LEAST_NOISE) }
}
