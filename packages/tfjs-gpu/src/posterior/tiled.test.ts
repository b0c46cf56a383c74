import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { untyped } from '@tweedie/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TfTensor } from '../tf.js'
import { type TfjsBackend, tfjs } from '../tfjs.js'
import { type PosteriorKernels, posteriorKernels } from './posterior-kernels.js'
import { check, circle, circleMean, problem, type Size } from './test-posterior.js'
import { testEdges } from './test-special.js'

const sizes: readonly Size[] = [
  { m: 40, n: 300, d: 1, sigma: 10 },
  { m: 40, n: 300, d: 2, sigma: 1, weighted: true },
  { m: 40, n: 300, d: 2, sigma: 1e-2, weighted: true },
  { m: 40, n: 300, d: 3, sigma: 1e-4 },
  { m: 30, n: 200, d: 8, sigma: 0.3, offset: 100 },
  { m: 20, n: 100, d: 43, sigma: 2, weighted: true },
  { m: 20, n: 100, d: 43, sigma: 1e-3 },
  // More queries and more points than a tile has.
  { m: 300, n: 900, d: 2, sigma: 0.1 },
  { m: 1, n: 20_000, d: 2, sigma: 0.05, weighted: true },
  { m: 3, n: 20_000, d: 1, sigma: 1e-4, offset: 10 },
]

describe.each(['cpu', 'wasm'])('the posterior in tiles on %s', (name) => {
  let kernels: PosteriorKernels
  let P: ReturnType<typeof untyped<TfTensor>>
  let B: TfjsBackend
  beforeAll(async () => {
    await tf.setBackend(name)
    B = await tfjs(tf)
    P = untyped(B)
    kernels = posteriorKernels(tf, P)
  })
  afterAll(() => tf.removeBackend(name))

  testEdges(() => B, 40)

  test.each(sizes)('is that of float64 within rounding: %o', async (size) => {
    expect(kernels.fused).toBe(false)
    expect(await check(P, kernels, problem(size))).toBeLessThanOrEqual(1)
  })

  test.runIf(name === 'wasm')('takes a cloud of a million points in a few megabytes', async () => {
    const points = P.tensor(circle(), [1_000_000, 2])
    const x = P.tensor([0.5, 0.25], [1, 2])
    const before = tf.memory().numBytes
    let most = 0
    const watched: typeof P = {
      ...P,
      exp: (each) => {
        most = Math.max(most, tf.memory().numBytes - before)
        return P.exp(each)
      },
    }
    const mean = posteriorKernels(tf, watched).posteriorMean(x, { points }, { alpha: 1, sigma: 0.1 })
    // A dozen columns of 8192 points are there at once.
    expect(most).toBeGreaterThan(2 ** 15)
    expect(most).toBeLessThan(2 ** 21)
    const got = await P.read(mean)
    // Points at whole angles do as well as all angles, to the order of 1/N.
    circleMean([0.5, 0.25], 0.1).forEach((each, j) => expect(Math.abs((got[j] as number) - each)).toBeLessThan(1e-5))
    for (const each of [points, x, mean]) P.free(each)
  })
})
