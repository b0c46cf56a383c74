import { key, normalArray } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { autodiff, type Traced } from '@tweedie/nn'
import { expect } from 'vitest'

export const B = cpu()
export const D = autodiff(B)
export const DD = autodiff(D)
export type T = Traced<CpuTensor>

export const normals = (seed: number, size: number): Float64Array => normalArray(key(seed), size)
export const innerProduct = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, x, k) => sum + x * (b[k] as number), 0)

/**
 * The Jacobian of a function on the host, [outputs × inputs] row-major, by central differences with one Richardson step, (4 δ_{h/2} − δ_h)/3:
 * the truncation error is of order h⁴ f⁽⁵⁾/480, 1e-12 f⁽⁵⁾ at h = 1e-3, and rounding adds about 3 ε f/h = 1e-12 f.
 */
export const differences = async (f: (x: Float64Array) => Promise<Float64Array>, x: Float64Array, h = 1e-3): Promise<Float64Array> => {
  const columns = await Promise.all(
    Array.from(x, async (_, k) => {
      const at = (s: number) => f(x.map((each, j) => (j === k ? each + s : each)))
      const [far, near, nearBelow, farBelow] = (await Promise.all([at(h), at(h / 2), at(-h / 2), at(-h)])) as [
        Float64Array,
        Float64Array,
        Float64Array,
        Float64Array,
      ]
      return far.map((_, i) => {
        const [wide, narrow] = [
          ((far[i] as number) - (farBelow[i] as number)) / (2 * h),
          ((near[i] as number) - (nearBelow[i] as number)) / h,
        ]
        return (4 * narrow - wide) / 3
      })
    }),
  )
  const outputs = columns[0]?.length ?? 0
  return Float64Array.from({ length: outputs * x.length }, (_, e) => columns[e % x.length]?.[Math.floor(e / x.length)] as number)
}

/** Every element within `tolerance` of what is expected, relative to the largest element. */
export const expectClose = (found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void => {
  expect(found.length).toBe(expected.length)
  const scale = Array.from(expected).reduce((largest, each) => Math.max(largest, Math.abs(each)), 0)
  Array.from(found).forEach((each, k) => {
    if (!(Math.abs(each - (expected[k] as number)) <= tolerance * scale))
      expect.fail(`element ${k}: ${each} where ${expected[k]} is expected, of a largest ${scale}`)
  })
}

/** Runs a body and checks that it left no tensor: what it returns it has read. */
export const leavingNothing = async <R>(body: () => Promise<R>): Promise<R> => {
  const before = B.liveTensors()
  const result = await body()
  expect(B.liveTensors()).toBe(before)
  return result
}

/** Computes in a scope and reads the tensors of the result, which are freed. */
export const readAll = async <K extends string>(body: () => Record<K, CpuTensor>): Promise<Record<K, Float64Array>> => {
  const tensors = Object.entries<CpuTensor>(B.scope(body))
  const read = await Promise.all(tensors.map(async ([name, x]) => [name, await B.read(x)] as const))
  for (const [, x] of tensors) B.free(x)
  return Object.fromEntries(read) as Record<K, Float64Array>
}
