import { type Backend, type HostMatrix, hostMatrix, key, type Matrix, normalArray } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { areaUnderRoc, classifierTwoSampleTest, type LabelledRows } from '@tweedie/metrics'
import { autodiff, type Traced } from '@tweedie/nn'
import { describe, expect, test } from 'vitest'
import { logisticLoss } from './logistic-loss.js'
import { mlpClassifier } from './mlp-classifier.js'

const B = cpu()
type Native = typeof B extends Backend<infer N> ? N : never
const quick = { hidden: [16], steps: 200, batch: 64 }

/** Points about a circle of the given radius, so that no line tells two of them apart. */
const ring = (seed: number, rows: number, radius: number): HostMatrix => {
  const z = normalArray(key(seed), 3 * rows)
  const data = new Float64Array(2 * rows)
  for (let i = 0; i < rows; i++) {
    const [x = 0, y = 0, noise = 0] = z.subarray(3 * i, 3 * i + 3)
    const length = Math.hypot(x, y)
    data[2 * i] = (1000 * ((radius + 0.2 * noise) * x)) / length
    data[2 * i + 1] = ((radius + 0.2 * noise) * y) / length - 7
  }
  return hostMatrix(data, rows, 2)
}

describe('logisticLoss', () => {
  test('is −ln of the probability of the label, without overflow, with gradient p − y', async () => {
    const D = autodiff(B)
    const scores = [-800, -2, 0.5, 3, 800]
    const labels = [1, 0, 1, 0, 1]
    const s = B.tensor(scores, [5, 1])
    const y = B.tensor(labels, [5, 1])
    const lossAt = D.valueAndGradient((x: Matrix<Traced<Native>>) => logisticLoss(D)(x, D.lift(y)))
    const { value, gradient } = lossAt(s)
    const each = scores.map((score, i) => {
      const against = labels[i] === 1 ? -score : score
      return Math.max(against, 0) + Math.log1p(Math.exp(-Math.abs(score)))
    })
    expect((await B.read(value))[0]).toBeCloseTo(each.reduce((sum, x) => sum + x, 0) / 5, 12)
    const slope = await B.read(gradient)
    scores.forEach((score, i) => {
      expect(slope[i]).toBeCloseTo((1 / (1 + Math.exp(-score)) - (labels[i] as number)) / 5, 14)
    })
  })
})

describe('mlpClassifier', () => {
  test('learns what no line tells, in any units, and frees what it made', async () => {
    const [inner, outer] = [ring(1, 300, 1), ring(2, 300, 2)]
    const before = B.liveTensors()
    const result = await classifierTwoSampleTest(inner, outer, {
      key: key(3),
      folds: 2,
      classifier: mlpClassifier(B, { ...quick, rate: 2e-2 }),
    })
    expect(B.liveTensors()).toBe(before)
    // The rings are 5 of their deviations apart: the best classifier errs on 0.6 % of the rows.
    expect(result.accuracy).toBeGreaterThan(0.95)
    expect(result.area).toBeGreaterThan(0.98)
    expect(result.classifier).toBe('multilayer perceptron')
  })

  test('gives the same scores for the same key', async () => {
    const rows = ring(4, 80, 1)
    const training: LabelledRows = { rows, labels: Uint8Array.from({ length: 80 }, (_, i) => i % 2) }
    const classifier = mlpClassifier(B, { ...quick, steps: 20 })
    const once = await classifier.logOdds(training, rows, key(5))
    expect(await classifier.logOdds(training, rows, key(5))).toEqual(once)
    expect(await classifier.logOdds(training, rows, key(6))).not.toEqual(once)
  })

  test('scores near 0 where there is nothing to learn', async () => {
    const rows = ring(7, 400, 1)
    const training: LabelledRows = { rows, labels: Uint8Array.from({ length: 400 }, (_, i) => i % 2) }
    const scores = await mlpClassifier(B, { ...quick, validationFraction: 0.4 }).logOdds(training, ring(8, 400, 1), key(9))
    // The labels are coins, so the area is ½ within four of its errors, √(401/(12 · 200 · 200)).
    const of = (label: number) => scores.filter((_, i) => i % 2 === label)
    expect(Math.abs(areaUnderRoc(of(1), of(0)).area - 0.5)).toBeLessThan(4 * Math.sqrt(401 / (12 * 200 * 200)))
    expect(Math.max(...scores.map(Math.abs))).toBeLessThan(1.5)
  })

  test('frees everything and rejects when aborted or misused', async () => {
    const rows = ring(4, 80, 1)
    const training: LabelledRows = { rows, labels: Uint8Array.from({ length: 80 }, (_, i) => i % 2) }
    const before = B.liveTensors()
    await expect(mlpClassifier(B, { ...quick, signal: AbortSignal.abort() }).logOdds(training, rows, key(1))).rejects.toMatchObject({
      _tag: 'Aborted',
    })
    await expect(mlpClassifier(B, { ...quick, steps: 0 }).logOdds(training, rows, key(1))).rejects.toMatchObject({
      _tag: 'InvalidArgument',
    })
    const wide = hostMatrix(new Float64Array(6), 2, 3)
    await expect(mlpClassifier(B, { ...quick, steps: 2 }).logOdds(training, wide, key(1))).rejects.toMatchObject({ _tag: 'ShapeMismatch' })
    expect(B.liveTensors()).toBe(before)
  })
})
