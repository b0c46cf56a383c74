import type { Backend, Tensor } from '@tweedie/core'
import { expect } from 'vitest'

/** The largest difference of two tensors of one shape; 0 for none. NaN where one has a NaN. */
export const largestDifference = async <N>(B: Backend<N>, a: Tensor<N>, b: Tensor<N>): Promise<number> => {
  expect([...B.shape(a)]).toEqual([...B.shape(b)])
  const [p, q] = [await B.read(a), await B.read(b)]
  return p.reduce((most, value, e) => Math.max(most, Math.abs(value - (q[e] as number))), 0)
}

/** The gradient of a function of numbers by central differences of step h: the truncation error is h² f‴/6. */
export const centralDifferences = async (f: (x: Float64Array) => Promise<number>, x: Float64Array, h = 1e-5): Promise<Float64Array> => {
  const out = new Float64Array(x.length)
  for (let e = 0; e < x.length; e++) {
    const at = (shift: number): Promise<number> => f(x.map((value, k) => (k === e ? value + shift : value)))
    out[e] = ((await at(h)) - (await at(-h))) / (2 * h)
  }
  return out
}
