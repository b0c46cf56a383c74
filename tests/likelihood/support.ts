import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { autodiff, type Traced } from '@tweedie/nn'

export const B = cpu()
export const D = autodiff(B)
export type N = CpuTensor
export type T = Traced<CpuTensor>

/** The largest |a − b|; NaN where one is. */
export const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((worst, value, k) => Math.max(worst, Math.abs(value - (b[k] as number))), 0)
