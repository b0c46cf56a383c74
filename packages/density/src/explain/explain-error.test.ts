import { fold, fromRows, hostMatrix, key, linear, normalArray, uniformLogSnr, vanishingLinear } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { slicedWasserstein } from '@tweedie/metrics'
import { ddim, dpmSolver2M, dpmSolver3M } from '@tweedie/ode-sde'
import { describe, expect, test } from 'vitest'
import { type ErrorExplanation, explainError, type PartOfError } from './explain-error.js'
import type { ErrorPart, Pipeline } from './pipeline.js'
import { linearGenerator } from './testing.js'

const B = cpu()
type Native = typeof B extends import('@tweedie/core').Backend<infer N> ? N : never

const process = vanishingLinear({ floor: 0.02 })
const trainer = { labels: 40, train: async () => linearGenerator(B, [0.5, 0, 0.1, 1], [0, 0.2]) }

const rowsPipeline: Pipeline<Native> = {
  scores: hostMatrix(normalArray(key(1), 80), 40, 2),
  heldOut: hostMatrix(normalArray(key(2), 120), 60, 2),
  process,
  grid: uniformLogSnr(process, 8),
  solver: dpmSolver2M,
  generator: trainer,
}
const options = { key: key(7), count: 20, replicates: 2, shrink: 0.5, fine: { solver: dpmSolver3M, grid: uniformLogSnr(process, 12) } }
const partOf = (explanation: ErrorExplanation, part: ErrorPart): PartOfError =>
  explanation.parts.find((each) => each.part === part) as PartOfError

describe('the paired distances are closed forms', () => {
  // The denoiser of a cloud of one row y is y, and `ddim` is exact: X = y + σ₀ Z with Z = Y − α₁ y/σ₁, where α₀ = 1.
  const row = [0.7, -0.3] as const
  const [alpha, sigma, ends] = [process.alpha(1), process.sigma(1), process.sigma(0)]
  const point: Pipeline<Native> = {
    ...rowsPipeline,
    scores: fromRows([row, row]),
    heldOut: fromRows([row, row]),
    solver: ddim,
    grid: linear(process, 3),
    unitVariance: false,
    miniBatch: { size: 1 },
    generator: linearGenerator(B, [1, 0, 0, 1], [0, 0]),
  }
  const once = { ...options, count: 48 }

  test('of one row: no Monte Carlo, no steps, (1 − shrink) σ₀ |Z| of noise, and the network’s distance', async () => {
    const found = await explainError(B, point, once)
    const noises = [0, 1].map((r) => normalArray(fold(fold(once.key, r), 0), 2 * once.count))
    const rms = (of: (noise: number, column: 0 | 1) => number): number =>
      noises
        .map((noise) => Math.sqrt(noise.reduce((sum, y, k) => sum + of(y, (k % 2) as 0 | 1) ** 2, 0) / once.count))
        .reduce((sum, value) => sum + value / 2, 0)
    const z = (y: number, j: 0 | 1): number => y - (alpha * row[j]) / sigma
    // Rounding alone: each solver is exact for a denoiser that is constant.
    expect(partOf(found, 'monte-carlo').pairedRms.value).toBeLessThan(1e-12)
    expect(partOf(found, 'discretisation').pairedRms.value).toBeLessThan(1e-10)
    expect(partOf(found, 'stopping-noise').pairedRms.value).toBeCloseTo(
      rms((y, j) => 0.5 * ends * z(y, j)),
      10,
    )
    expect(partOf(found, 'regression').pairedRms.value).toBeCloseTo(
      rms((y, j) => y - row[j] - ends * z(y, j)),
      10,
    )
    expect(found.parts.map((each) => each.of)).toEqual(['labels', 'labels', 'labels', 'samples'])
  })

  test('labels of one noise that differ by mini-batch: the network that has their mean has no regression error', async () => {
    // Mini-batches of one row of (±1, ±1): X = y_g + σ₀ (Y − α₁ y_g/σ₁) is c y_g + σ₀ Y, c = 1 − σ₀ α₁/σ₁, whose mean over g is σ₀ Y. What is left of the
    // network's error is the mean of c² y_g · y_(g+1) over 16 mini-batches: 0 on average, with a deviation of √(2/16).
    const rows = fromRows([
      [-1, -1],
      [-1, 1],
      [1, -1],
      [1, 1],
    ])
    const generator = linearGenerator(B, [ends, 0, 0, ends], [0, 0])
    const pipeline = { ...point, scores: rows, heldOut: rows, generator, miniBatch: { size: 1, group: 1 } }
    const found = await explainError(B, pipeline, {
      ...once,
      replicates: 3,
      shrink: 0.9,
      fine: { solver: ddim, grid: linear(process, 2) },
    })
    // Each mini-batch's map is √2 c away from the mean, and no nearer to the whole cloud's.
    expect(partOf(found, 'monte-carlo').pairedRms.value).toBeGreaterThan(1)
    // The root of the positive part has the mean 0.245 and the deviation 0.285: three standard errors of a mean of three replicates.
    expect(partOf(found, 'regression').pairedRms.value).toBeLessThan(0.245 + 3 * (0.285 / Math.sqrt(3)))
  })
})

describe('explainError', () => {
  test('depends on its key alone, reports progress, takes another distance, and stops with its signal', async () => {
    const small = options
    const seen: number[] = []
    const pipeline = { ...rowsPipeline, miniBatch: { size: 30, group: 20 } }
    const found = await explainError(B, pipeline, { ...small, onProgress: ({ done }) => seen.push(done) })
    expect(seen).toEqual([1, 2])
    expect(await explainError(B, pipeline, { ...small, chunk: 17 })).toEqual(found)
    expect(await explainError(B, pipeline, { ...small, key: key(8) })).not.toEqual(found)
    const sliced = await explainError(B, pipeline, {
      ...small,
      distance: (samples, heldOut, draw) => slicedWasserstein(samples, heldOut, { key: draw, projections: 20 }),
    })
    expect(sliced.samples.value).not.toBe(found.samples.value)
    expect(sliced.parts.map(({ pairedRms }) => pairedRms)).toEqual(found.parts.map(({ pairedRms }) => pairedRms))
    const before = B.liveTensors()
    await expect(explainError(B, pipeline, { ...small, signal: AbortSignal.abort() })).rejects.toMatchObject({ _tag: 'Aborted' })
    expect(B.liveTensors()).toBe(before)
  })

  test('refuses what does not fit', async () => {
    const refused = (pipeline: object, more: object = {}) => explainError(B, { ...rowsPipeline, ...pipeline }, { ...options, ...more })
    for (const more of [{ count: 1 }, { replicates: 1 }, { shrink: 1 }, { shrink: 0 }, { chunk: 0 }])
      await expect(refused({}, more)).rejects.toMatchObject({ _tag: 'InvalidArgument' })
    await expect(refused({ miniBatch: { size: 3, group: 0 } })).rejects.toMatchObject({ _tag: 'InvalidArgument' })
    await expect(refused({ generator: { ...trainer, labels: 0 } })).rejects.toMatchObject({ _tag: 'InvalidArgument' })
    await expect(refused({ heldOut: fromRows([[1], [2]]) })).rejects.toMatchObject({ _tag: 'ShapeMismatch' })
    await expect(refused({ heldOut: fromRows([]) })).rejects.toMatchObject({ _tag: 'InvalidTable' })
    const one = { data: new Float64Array(4), rows: 4, columns: 1 }
    const generator = linearGenerator(B, [1, 0, 0, 1], [0, 0])
    await expect(refused({ scores: one, heldOut: one, generator })).rejects.toMatchObject({ _tag: 'ShapeMismatch' })
    // The usual fine grid is in log-SNR, which the process without a floor has not at its ends.
    const bare = vanishingLinear({ floor: 0 })
    const { fine: _, ...without } = options
    await expect(explainError(B, { ...rowsPipeline, process: bare, grid: [1, 0.5, 0] }, without)).rejects.toThrow(/Pass fine/)
  })
})
