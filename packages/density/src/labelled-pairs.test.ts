import {
  edm,
  type ForwardProcess,
  fold,
  fromRows,
  type HostMatrix,
  hostMatrix,
  key,
  normalArray,
  ornsteinUhlenbeck,
  rectifiedFlow,
  sliceRows,
  subVp,
  uniformLogSnr,
  vanishingLinear,
  varianceExploding,
} from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { ddim, dpmSolver2M, probabilityFlow } from '@tweedie/ode-sde'
import { field, gaussian, miniBatch, pointCloud } from '@tweedie/score'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { labelledPairs, withUnitVariance } from './labelled-pairs.js'

const B = cpu()
const process = vanishingLinear({ floor: 0.01 })
const grid = uniformLogSnr(process, 20)
const cloud: HostMatrix = fromRows([
  [-1, 0],
  [1, 0.5],
  [0.2, -1.5],
  [0, 2],
])
const flow = probabilityFlow(B, process, pointCloud(B, cloud)(process))

/** A process, and two times inside it from noise to data. σ at the start is anything from 0.2 to 80. */
const intervals = fc
  .tuple(
    fc.constantFrom<ForwardProcess>(
      ornsteinUhlenbeck({ end: 3 }),
      vanishingLinear(),
      rectifiedFlow(),
      varianceExploding({ sigmaMin: 0.01, sigmaMax: 5 }),
      subVp(),
      edm(),
    ),
    fc.integer({ min: 50, max: 100 }).map((k) => k / 100),
    fc.integer({ min: 1, max: 40 }).map((k) => k / 100),
  )
  .map(([of, start, stop]) => {
    const [low, high] = of.timeRange
    return { of, grid: [low + (high - low) * start, low + (high - low) * stop] as const }
  })
const coordinates = fc.integer({ min: -300, max: 300 }).map((k) => k / 100)

/** The flow of a point mass, whose denoiser is the point whatever x and t are. */
const flowOfPoint = (of: ForwardProcess, point: readonly number[]) =>
  probabilityFlow(
    B,
    of,
    field(B, 'denoiser', (x) => B.broadcastTo(B.tensor([...point], [1, point.length]), B.shape(x))),
  )

/** Where it takes σ_t y from t to s: x_s = α_s m + (σ_s/σ_t)(σ_t y − α_t m). One step of `ddim` is exact. */
const imageOfNoise = (of: ForwardProcess, [t, s]: readonly [number, number], m: number, y: number): number =>
  of.alpha(s) * m + (of.sigma(s) / of.sigma(t)) * (of.sigma(t) * y - of.alpha(t) * m)

describe('labelledPairs', () => {
  test('takes σ times the noise of the key along the flow of a point mass, on any process from any time', async () => {
    await fc.assert(
      fc.asyncProperty(intervals, coordinates, coordinates, fc.nat(), async ({ of, grid: ends }, a, b, seed) => {
        const options = { solver: ddim, grid: ends, count: 4, key: key(seed), dimension: 2, chunk: 3 }
        const { inputs, targets } = await labelledPairs(B, flowOfPoint(of, [a, b]), options)
        expect(inputs.data).toEqual(normalArray(key(seed), 8))
        inputs.data.forEach((y, k) => {
          const m = k % 2 === 0 ? a : b
          // Rounding of numbers up to σ |y|, with σ ≤ 80.
          expect(Math.abs((targets.data[k] as number) - imageOfNoise(of, ends, m, y))).toBeLessThan(1e-12 * (1 + of.sigma(ends[0])))
        })
      }),
      { numRuns: 60 },
    )
  })

  test('gives every pair the flow of its own group, whatever the chunks', async () => {
    const small = fc.integer({ min: 1, max: 9 })
    await fc.assert(
      fc.asyncProperty(small, small, fc.integer({ min: 1, max: 20 }), fc.nat(), async (size, chunk, count, seed) => {
        const ends = [1, 0.25] as const
        const grouped = { size, flow: (group: number) => flowOfPoint(process, [group]) }
        const options = { solver: ddim, grid: ends, count, key: key(seed), dimension: 1, chunk }
        const { inputs, targets } = await labelledPairs(B, grouped, options)
        inputs.data.forEach((y, i) => {
          const image = imageOfNoise(process, ends, Math.floor(i / size), y)
          expect(Math.abs((targets.data[i] as number) - image)).toBeLessThan(1e-12 * (1 + Math.abs(image)))
        })
      }),
      { numRuns: 60 },
    )
  })

  test('takes noise to the image of the flow of a Gaussian', async () => {
    // The flow of N(μ, s²) between its marginals is affine: x_0 = α_0 μ + (x_1 − α_1 μ) √(α_0² s² + σ_0²)/√(α_1² s² + σ_1²).
    const [mean, deviation] = [0.7, 0.5]
    const term = probabilityFlow(B, process, gaussian(B, { mean: [mean], covariance: fromRows([[deviation ** 2]]) })(process))
    const fine = uniformLogSnr(process, 400)
    const { inputs, targets } = await labelledPairs(B, term, { solver: dpmSolver2M, grid: fine, count: 50, key: key(3) })
    const spread = (t: number): number => Math.hypot(process.alpha(t) * deviation, process.sigma(t))
    inputs.data.forEach((noise, i) => {
      const state = process.sigma(1) * noise
      const exact = process.alpha(0) * mean + ((state - process.alpha(1) * mean) * spread(0)) / spread(1)
      // Second order at 400 steps.
      expect(targets.data[i]).toBeCloseTo(exact, 3)
    })
  })

  test('a pair depends on the key and its number alone: not on chunk or count', async () => {
    const of = (count: number, chunk: number) => labelledPairs(B, flow, { solver: dpmSolver2M, grid, count, key: key(1), chunk })
    const [whole, pieces, part] = [await of(23, 1_000), await of(23, 7), await of(10, 3)]
    expect(pieces.targets.data).toEqual(whole.targets.data)
    expect(pieces.inputs.data).toEqual(whole.inputs.data)
    expect(part.targets.data).toEqual(sliceRows(whole.targets, 0, 10).data)
  })

  test('a group has a flow of its own, and chunks never cross its end', async () => {
    const groups: number[] = []
    const grouped = {
      size: 6,
      flow: (group: number) => {
        groups.push(group)
        return probabilityFlow(B, process, miniBatch(B, cloud, { size: 2, key: fold(key(9), group) })(process))
      },
    }
    const of = (chunk: number) => labelledPairs(B, grouped, { solver: ddim, grid, count: 20, key: key(1), chunk })
    const whole = await of(1_000)
    expect((await of(4)).targets.data).toEqual(whole.targets.data)
    expect(new Set(groups)).toEqual(new Set([0, 1, 2, 3]))
    const alone = await labelledPairs(B, grouped.flow(0), { solver: ddim, grid, count: 20, key: key(1) })
    expect(whole.targets.data.slice(0, 12)).toEqual(alone.targets.data.slice(0, 12))
    expect(whole.targets.data.slice(12)).not.toEqual(alone.targets.data.slice(12))
  })

  test('labels of a cloud lie within a few bandwidths of its points', async () => {
    const { targets } = await labelledPairs(B, flow, { solver: dpmSolver2M, grid, count: 200, key: key(2) })
    for (let i = 0; i < targets.rows; i++) {
      const nearest = Math.min(
        ...[0, 1, 2, 3].map((k) =>
          Math.hypot(
            (targets.data[2 * i] as number) - (cloud.data[2 * k] as number),
            (targets.data[2 * i + 1] as number) - (cloud.data[2 * k + 1] as number),
          ),
        ),
      )
      // The kernel has deviation 0.1 in each of two columns; 200 draws beyond six of it have probability 3e-6.
      expect(nearest).toBeLessThan(0.6)
    }
  })

  test('unit variance: X₀ and Z of variance 1 give labels of variance 1 at any time of any process', () => {
    fc.assert(
      fc.property(intervals, ({ of, grid: ends }) => {
        const [alpha, sigma] = [of.alpha(ends[1]), of.sigma(ends[1])]
        // All four of ±α ± σ: X₀ and Z are 1 or −1, independently.
        const labels = hostMatrix([alpha + sigma, alpha - sigma, sigma - alpha, -alpha - sigma], 4, 1)
        const pairs = { inputs: labels, targets: labels, statistics: { evaluations: 0, seconds: 0 } }
        const { data } = withUnitVariance(pairs, of, ends).targets
        expect(data.reduce((sum, x) => sum + x * x, 0) / 4).toBeCloseTo(1, 13)
      }),
    )
  })

  test('unit variance: the variance that the floor adds is taken out', async () => {
    const pairs = await labelledPairs(B, flow, { solver: ddim, grid, count: 5, key: key(2) })
    const scaled = withUnitVariance(pairs, process, grid)
    scaled.targets.data.forEach((x, i) => {
      expect(x).toBeCloseTo((pairs.targets.data[i] as number) / Math.sqrt(1.01), 14)
    })
    expect(scaled.inputs).toBe(pairs.inputs)
  })

  test('reports progress up to the end, leaves no tensor, and aborts', async () => {
    const before = B.liveTensors()
    const seen: number[] = []
    await labelledPairs(B, flow, { solver: ddim, grid, count: 30, key: key(2), chunk: 10, onProgress: ({ done }) => seen.push(done) })
    expect(seen.at(-1)).toBe(30)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    const controller = new AbortController()
    const stopped = labelledPairs(B, flow, {
      solver: ddim,
      grid,
      count: 1e6,
      key: key(2),
      signal: controller.signal,
      onProgress: () => controller.abort(),
    })
    await expect(stopped).rejects.toMatchObject({ _tag: 'Aborted' })
    expect(B.liveTensors()).toBe(before)
  })

  test('frees what each group holds, also when it is stopped', async () => {
    const before = B.liveTensors()
    let drawn: ReturnType<ReturnType<typeof miniBatch<ReturnType<typeof B.tensor>>>> | undefined
    const freed: number[] = []
    const grouped = {
      size: 4,
      flow: (group: number) => {
        drawn = miniBatch(B, cloud, { size: 2, key: fold(key(9), group) })(process)
        return probabilityFlow(B, process, drawn)
      },
      free: (group: number) => {
        freed.push(group)
        drawn?.free()
      },
    }
    await labelledPairs(B, grouped, { solver: ddim, grid, count: 10, key: key(1) })
    expect([freed, B.liveTensors()]).toEqual([[0, 1, 2], before])
    const stopped = labelledPairs(B, grouped, { solver: ddim, grid, count: 10, key: key(1), signal: AbortSignal.abort() })
    await expect(stopped).rejects.toMatchObject({ _tag: 'Aborted' })
    expect(B.liveTensors()).toBe(before)
  })

  test('refuses counts that are not whole, and a flow of unknown dimension', async () => {
    const options = { solver: ddim, grid, count: 5, key: key(2) }
    await expect(labelledPairs(B, flow, { ...options, count: 0 })).rejects.toMatchObject({ _tag: 'InvalidArgument' })
    await expect(labelledPairs(B, flow, { ...options, chunk: 1.5 })).rejects.toMatchObject({ _tag: 'InvalidArgument' })
    const straight = rectifiedFlow()
    const nameless = probabilityFlow(
      B,
      straight,
      field(B, 'denoiser', (x) => x),
    )
    const half = { ...options, grid: [1, 0.5] }
    await expect(labelledPairs(B, nameless, half)).rejects.toThrow(/dimension/)
    expect((await labelledPairs(B, nameless, { ...half, dimension: 3 })).targets).toMatchObject({ rows: 5, columns: 3 })
  })
})
