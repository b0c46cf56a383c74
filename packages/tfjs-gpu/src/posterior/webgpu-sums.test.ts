import { untyped } from '@tweedie/core'
import { describe, expect, test } from 'vitest'
import { webgpu } from '../node/index.js'
import { tfjs } from '../tfjs.js'
import { kernelsFrom, posteriorKernels } from './posterior-kernels.js'
import { check, circle, circleMean, problem, type Size } from './test-posterior.js'
import { testEdges } from './test-special.js'
import { webgpuSums } from './webgpu-sums.js'

const found = await webgpu().catch(() => undefined)
const title = found === undefined ? 'compute shaders (skipped: no adapter for WebGPU)' : 'compute shaders'

const few: readonly Size[] = [
  { m: 20, n: 300, d: 1, sigma: 10 },
  { m: 20, n: 300, d: 2, sigma: 1, weighted: true },
  { m: 20, n: 300, d: 2, sigma: 1e-2, weighted: true },
  { m: 20, n: 300, d: 3, sigma: 1e-4 },
  { m: 20, n: 300, d: 2, sigma: 1e-4, offset: 10 },
  { m: 20, n: 100, d: 8, sigma: 0.3, offset: 100 },
  { m: 10, n: 100, d: 43, sigma: 2, weighted: true },
  { m: 10, n: 100, d: 43, sigma: 1e-3 },
  { m: 1, n: 100_000, d: 2, sigma: 0.05, weighted: true },
]
const many: readonly Size[] = [
  { m: 1100, n: 130, d: 2, sigma: 0.1, weighted: true },
  { m: 1030, n: 70, d: 2, sigma: 1e-4 },
  { m: 1025, n: 20, d: 5, sigma: 1 },
]

describe.skipIf(found === undefined)(title, async () => {
  if (found === undefined) return
  const { tf } = found
  tf.env().set('WEBGPU_CPU_FORWARD', false)
  const B = await tfjs(tf)
  const P = untyped(B)
  const kernels = posteriorKernels(tf, P)
  const sharing = kernelsFrom(P, webgpuSums(tf, P, 'hardware'))
  const reading = kernelsFrom(P, webgpuSums(tf, P, 'software'))

  testEdges(() => B, 40)

  test.each(few)('few queries: that of float64 within rounding, %o', async (size) => {
    expect(kernels.fused).toBe(true)
    expect(await check(P, kernels, problem(size))).toBeLessThanOrEqual(1)
  })

  test.each(many)('many queries, with tiles shared and not: that of float64 within rounding, %o', async (size) => {
    expect(await check(P, sharing, problem(size))).toBeLessThanOrEqual(1)
    expect(await check(P, reading, problem(size))).toBeLessThanOrEqual(1)
  })

  test('takes a cloud of a million points, and adds a few megabytes', async () => {
    const points = P.tensor(circle(), [1_000_000, 2])
    const queries = [
      [0.5, 0.25],
      [-1, 0],
    ] as const
    const x = P.tensor(queries.flat(), [2, 2])
    await P.read(P.scope(() => P.slice(points, 0, 0, 1)))
    const bytes = () => (tf.memory() as never as { numBytesInGPU: number }).numBytesInGPU
    const before = bytes()
    const mean = kernels.posteriorMean(x, { points }, { alpha: 1, sigma: 0.1 })
    // The points times 0, which finds a NaN, and the partial sums: 16 slices by 64 invocations by six numbers by two queries.
    expect(bytes() - before).toBeLessThan(2 ** 25)
    const got = await P.read(mean)
    // Points at whole angles do as well as all angles, to the order of 1/N.
    queries.forEach((query, q) => {
      circleMean(query, 0.1).forEach((each, j) => expect(Math.abs((got[2 * q + j] as number) - each)).toBeLessThan(1e-5))
    })
    for (const each of [points, x, mean]) P.free(each)
  })
})
