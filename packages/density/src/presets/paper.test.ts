import { choiceWithReplacement, fold, hostMatrix, key, normalArray } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { generate } from '../generate.js'
import { fitPaper, learnPaper, paperLabels, paperSettings } from './paper.js'

const B = cpu()
const table = hostMatrix(
  normalArray(key(4), 120).map((z, at) => (at % 2 === 0 ? 3 + 2 * z : z ** 2)),
  60,
  2,
)
const tiny = { labels: 24, steps: 8, chunk: 10, miniBatch: 7, hidden: 5, iterations: 6 }

/** The authors' loop, number by number: x ← x − h (f x − ½ g² s), s = Σ w_i (α y_i − x)/σ², with f = α'/α and g² = (σ²)' − 2 f σ². */
const eulerPath = (x: readonly number[], points: readonly (readonly number[])[], steps: number): readonly number[] => {
  let state = [...x]
  for (let k = 0; k < steps; k++) {
    const t = 1 - k / steps
    const [alpha, variance] = [1 - 0.99 * t, 0.01 + 0.99 * t]
    const f = -0.99 / alpha
    const g2 = 0.99 - 2 * f * variance
    const exponents = points.map((y) => -y.reduce((sum, each, j) => sum + ((state[j] as number) - alpha * each) ** 2, 0) / (2 * variance))
    const largest = Math.max(...exponents)
    const weights = exponents.map((each) => Math.exp(each - largest))
    const total = weights.reduce((sum, w) => sum + w, 0)
    state = state.map((each, j) => {
      const score = points.reduce((sum, y, i) => sum + ((weights[i] as number) / total) * (alpha * (y[j] as number) - each), 0) / variance
      return each - (f * each - 0.5 * g2 * score) / steps
    })
  }
  return state
}

describe('paperLabels', () => {
  test('are the Euler paths of the authors’ loop, each chunk with a mini-batch of its own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 9 }), async (seed, steps, chunk) => {
        const scores = hostMatrix(normalArray(key(seed + 1), 30), 10, 3)
        const { inputs, targets } = await paperLabels(B, scores, { key: key(seed), labels: 11, steps, chunk, miniBatch: 6 })
        for (let i = 0; i < 11; i++) {
          const drawn = choiceWithReplacement(fold(fold(key(seed), 1), Math.floor(i / chunk)), 10, 6)
          const points = Array.from(drawn, (row) => Array.from(scores.data.subarray(3 * row, 3 * row + 3)))
          const end = eulerPath(Array.from(inputs.data.subarray(3 * i, 3 * i + 3)), points, steps)
          // At t = 1 the drift and half the score are each near 100 |x| and cancel: rounding of numbers a hundred times as large, a few per step.
          end.forEach((each, j) => {
            expect(Math.abs((targets.data[3 * i + j] as number) - each)).toBeLessThan(1e-10)
          })
        }
      }),
      { numRuns: 25 },
    )
  })

  test('keep the variance of the floor: that of a cloud of unit variance is near 1.01', async () => {
    const scores = hostMatrix(
      Float64Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 1 : -1)),
      200,
      1,
    )
    const { targets } = await paperLabels(B, scores, { key: key(2), labels: 400, chunk: 100, miniBatch: 100, steps: 100 })
    const second = targets.data.reduce((sum, x) => sum + x * x, 0) / 400
    // Of ±1 with noise of variance 0.01 the square varies by 0.2: five standard errors of the mean of 400 are 0.05, and as much for the steps.
    expect(Math.abs(second - 1.01)).toBeLessThan(0.1)
  })
})

describe('learnPaper', () => {
  test('gives a generator in the units of the table, the cloud in z-scores, and leaves nothing else', async () => {
    const before = B.liveTensors()
    const seen: string[] = []
    const learnt = await learnPaper(B, table, { ...tiny, key: key(1), onProgress: ({ stage }) => seen.push(stage) })
    expect(learnt.network.sizes).toEqual([2, 5, 5, 2])
    expect(learnt.network.activation).toBe('tanh')
    expect(learnt.floor).toBe(0.01)
    expect(learnt.training).toMatchObject({ steps: 6, bestValidationLoss: undefined, stoppedEarly: false })
    expect(learnt.labelSeconds).toBeGreaterThan(0)
    expect(new Set(seen)).toEqual(new Set(['labels', 'training']))
    for (const j of [0, 1]) {
      const scores = Array.from({ length: 60 }, (_, i) => learnt.cloud.data[2 * i + j] as number)
      const mean = scores.reduce((sum, z) => sum + z, 0) / 60
      expect(mean).toBeCloseTo(0, 12)
      expect(scores.reduce((sum, z) => sum + z * z, 0) / 60).toBeCloseTo(1, 12)
    }
    expect((await generate(B, learnt, { count: 3, key: key(2) })).columns).toBe(2)
    for (const { weight, bias } of learnt.parameters) [weight, bias].forEach(B.free)
    expect(B.liveTensors()).toBe(before)
  })

  test('is the labels and the fit one after the other, and a function of the key', async () => {
    const learnt = await learnPaper(B, table, { ...tiny, key: key(1) })
    const pairs = await paperLabels(B, learnt.cloud, { ...tiny, key: key(1) })
    const fitted = await fitPaper(B, pairs, { maps: learnt.columns ?? [] }, { ...tiny, key: key(1) })
    const drawn = (generator: typeof fitted) => generate(B, generator, { count: 5, key: key(3) })
    expect(await drawn(fitted)).toEqual(await drawn(learnt))
    expect(await drawn(await learnPaper(B, table, { ...tiny, key: key(2) }))).not.toEqual(await drawn(learnt))
  })

  test('refuses what cannot be and stops when told', async () => {
    const of = (more: object) => learnPaper(B, table, { ...tiny, key: key(1), ...more })
    for (const more of [{ labels: 0 }, { steps: 0 }, { chunk: 0.5 }, { miniBatch: 0 }, { hidden: 0 }, { iterations: 0 }, { batch: 25 }])
      await expect(of(more), JSON.stringify(more)).rejects.toMatchObject({ _tag: 'InvalidArgument' })
    await expect(of({ signal: AbortSignal.abort() })).rejects.toMatchObject({ _tag: 'Aborted' })
    await expect(learnPaper(B, hostMatrix([1, 2, 1, 3], 2, 2), { ...tiny, key: key(1) })).rejects.toMatchObject({ _tag: 'InvalidTable' })
  })

  test('the decays are those of the paper at its length', () => {
    expect(paperSettings.rateDecay.map((part) => part * paperSettings.iterations)).toEqual([5_000, 10_000, 12_000])
  })
})
