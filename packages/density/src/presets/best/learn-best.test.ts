import { fold, hostMatrix, key, linear, normalArray, uniformLogSnr, vanishingLinear } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { dpmSolver2M, euler, probabilityFlow } from '@tweedie/ode-sde'
import { pointCloud } from '@tweedie/score'
import { describe, expect, test } from 'vitest'
import { balancedOrder } from '../../anchors/balanced-order.js'
import { toValues } from '../../columns/column-map.js'
import { fitColumns } from '../../columns/fit-columns.js'
import { generate } from '../../generate.js'
import { labelledPairs, withUnitVariance } from '../../labelled-pairs.js'
import { localSpread } from '../../spread/local-spread.js'
import type { LearnProgress } from '../learnt.js'
import { closedFormSamples } from './closed-form.js'
import { complete, withStep } from './complete.js'
import { type LearnBestOptions, type LearntBest, learnBest } from './learn-best.js'
import { bestSettings, hiddenFor } from './settings.js'
import { spreadLabels } from './spread-labels.js'

const B = cpu()
type Native = typeof B extends import('@tweedie/core').Backend<infer N> ? N : never

// A parabola with noise, in units of its own.
const tableOf = (rows: number) => {
  const z = normalArray(key(4), 2 * rows)
  return hostMatrix(
    Float64Array.from(z, (one, at) => (at % 2 === 0 ? 30 + 5 * one : (z[at - 1] as number) ** 2 + 0.1 * one)),
    rows,
    2,
  )
}
const table = tableOf(120)
const tiny = { labels: 120, cloud: 150, solverSteps: 5, hidden: [6], iterations: 30, batch: 32, calibration: 1_000 } as const
const free = ({ parameters }: LearntBest<Native>): void => {
  for (const { weight, bias } of parameters) [weight, bias].forEach(B.free)
}
const learn = (more: Partial<LearnBestOptions> = {}) => learnBest(B, table, { key: key(1), spread: 0.3, step: 0.2, ...tiny, ...more })

describe('learnBest', () => {
  test('gives a generator with anchors and calibration in the units of the table, and leaves nothing else', async () => {
    const before = B.liveTensors()
    const seen = new Set<string>()
    const learnt = await learn({ onProgress: ({ stage }) => seen.add(stage) })
    expect(learnt).toMatchObject({ spread: 0.3, step: 0.2, tried: [], floor: bestSettings.floor })
    expect(learnt.network.sizes).toEqual([2, 6, 2])
    expect(seen).toEqual(new Set(['labels', 'training']))
    expect([learnt.cloud.rows, learnt.cloud.columns, learnt.anchors?.step]).toEqual([120, 2, 0.2])
    const pairs = await spreadLabels(B, learnt.cloud, { ...tiny, spread: 0.3, key: fold(key(1), 1) })
    expect(learnt.anchors?.noise.rows).toBe(balancedOrder(pairs.targets, learnt.cloud).length)
    expect(learnt.outputs?.map((knots) => knots.length)).toEqual(learnt.columns?.map(({ scores }) => scores.length))
    expect(learnt.training.bestValidationLoss).toBeGreaterThan(0)
    expect(learnt.labelSeconds).toBeGreaterThan(0)
    const { data } = await generate(B, learnt, { count: 300, key: key(2) })
    for (const j of [0, 1]) {
      const [own, drawn] = [table.data, data].map((all) => all.filter((_, at) => at % 2 === j)) as [Float64Array, Float64Array]
      expect(Math.min(...drawn)).toBeGreaterThanOrEqual(Math.min(...own))
      expect(Math.max(...drawn)).toBeLessThanOrEqual(Math.max(...own))
      // Calibrated columns: the share below the table's median is ½, within five standard errors of 300 draws and the label's own of 120.
      const median = [...own].sort((a, b) => a - b)[60] as number
      expect(Math.abs(drawn.filter((x) => x < median).length / 300 - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / 300 + 0.25 / 120))
    }
    free(learnt)
    expect(B.liveTensors()).toBe(before)
  })

  test('is a function of its key', async () => {
    const drawn = async (seed: number) => {
      const learnt = await learn({ key: key(seed) })
      const rows = await generate(B, learnt, { count: 20, key: key(3) })
      free(learnt)
      return rows.data
    }
    expect(await drawn(1)).toEqual(await drawn(1))
    expect(await drawn(2)).not.toEqual(await drawn(1))
  })

  test('the network alone has no anchors; without calibration the outputs stay as they are', async () => {
    const [alone, plain] = [await learn({ step: 'network' }), await learn({ step: 'network', calibration: 0 })]
    expect([alone.anchors, alone.outputs?.length]).toEqual([undefined, 2])
    expect([plain.anchors, plain.outputs]).toEqual([undefined, undefined])
    const { outputs: _, ...bare } = alone
    const draw = { count: 30, key: key(5) }
    expect(await generate(B, bare, draw)).toEqual(await generate(B, plain, draw))
    for (const learnt of [alone, plain]) free(learnt)
  })

  test('chooses among all that is to be tried, in a list with what was measured, and leaves no tensor', async () => {
    const before = B.liveTensors()
    const done: LearnProgress[] = []
    const { key: _, ...sizes } = { key: key(1), ...tiny }
    const options = {
      key: key(1),
      ...sizes,
      spreads: [0.1, 0.6],
      steps: [0.3, 'network'] as const,
      onProgress: (one: LearnProgress) => done.push(one),
    }
    const learnt = await learnBest(B, table, options)
    expect(learnt.tried.map(({ spread, step }) => [spread, step])).toEqual([
      [0.1, 0.3],
      [0.1, 'network'],
      [0.6, 0.3],
      [0.6, 'network'],
    ])
    for (const { accuracy, standardError, ratio } of learnt.tried) {
      expect(accuracy).toBeGreaterThan(0.3)
      expect(accuracy).toBeLessThanOrEqual(1)
      expect(standardError).toBeGreaterThan(0)
      expect(ratio).toBeGreaterThan(0)
    }
    expect(learnt.tried.some(({ spread, step }) => spread === learnt.spread && step === learnt.step)).toBe(true)
    const choice = done.filter(({ stage }) => stage === 'choice').map((one) => one.done)
    expect(choice).toEqual([...choice].sort((a, b) => a - b))
    expect(choice.at(-1)).toBe(2)
    free(learnt)
    expect(B.liveTensors()).toBe(before)
  })

  test('of fewer than 100 rows nothing is tried; of one given the other is the usual', async () => {
    const few = await learnBest(B, tableOf(99), { key: key(1), ...tiny })
    expect(few).toMatchObject({ spread: bestSettings.spread, step: bestSettings.step, tried: [] })
    const one = await learnBest(B, table, { key: key(1), ...tiny, spread: 0 })
    expect(one).toMatchObject({ spread: 0, step: bestSettings.step, tried: [] })
    for (const learnt of [few, one]) free(learnt)
  })

  test('refuses what cannot be, stops when told, and leaves no tensor', async () => {
    const before = B.liveTensors()
    for (const more of [
      { labels: 0 },
      { spread: -1 },
      { step: 0 },
      { step: 1.5 },
      { calibration: 10 },
      { calibration: Number.NaN },
      { iterations: 0 },
    ])
      await expect(learn(more), JSON.stringify(more)).rejects.toMatchObject({ _tag: 'InvalidArgument' })
    await expect(learn({ signal: AbortSignal.abort() })).rejects.toMatchObject({ _tag: 'Aborted' })
    await expect(learnBest(B, hostMatrix([1, 2, 1, 3], 2, 2), { key: key(1), ...tiny })).rejects.toMatchObject({ _tag: 'InvalidTable' })
    // At the end of the training: the parameters are no one's then.
    const controller = new AbortController()
    const stop = ({ stage, done, total }: LearnProgress): void => {
      if (stage === 'training' && done === total) controller.abort()
    }
    await expect(learn({ signal: controller.signal, onProgress: stop })).rejects.toMatchObject({ _tag: 'Aborted' })
    expect(B.liveTensors()).toBe(before)
  })

  test('the layers of a network are given or those for as many columns, wider for many', async () => {
    const usual = await learn({ hidden: hiddenFor(2), iterations: 1 })
    expect(usual.network.sizes).toEqual([2, ...hiddenFor(2), 2])
    expect(hiddenFor(2)).toHaveLength(hiddenFor(40).length)
    expect(hiddenFor(40)[0]).toBeGreaterThan(hiddenFor(2)[0] as number)
    free(usual)
  })
})

describe('complete', () => {
  test('withStep is the same as beginning with that step', async () => {
    const columns = fitColumns(table, 'normal-scores', key(0))
    const pairs = await spreadLabels(B, columns.scores, { key: key(1), ...tiny })
    const learnt = await learn()
    const options = { key: key(2), calibration: 1_000 }
    const [first, other] = [
      await complete(B, learnt, pairs, columns, { ...options, step: 0.1 }),
      await complete(B, learnt, pairs, columns, { ...options, step: 0.7 }),
    ]
    const again = await withStep(B, first, 0.7, options)
    expect([again.anchors, again.outputs]).toEqual([other.anchors, other.outputs])
    expect(first.outputs).not.toEqual(other.outputs)
    free(learnt)
  })
})

describe('spreadLabels and closedFormSamples', () => {
  const options = { spread: 0.3, floor: 0.01, cloud: 150, solverSteps: 6 }

  test('labels are the flow of the spread cloud, step by step, brought to unit variance', async () => {
    const { scores } = fitColumns(table, 'normal-scores', key(0))
    const before = B.liveTensors()
    const found = await spreadLabels(B, scores, { ...options, key: key(1), labels: 9, solver: euler, grid: linear })
    expect(B.liveTensors()).toBe(before)
    const points = localSpread(scores, { count: 150, spread: 0.3, key: fold(key(1), 0) })
    // Explicit Euler of x' = f x − ½ g² s with α = 1 − (1 − floor) t, σ² = floor + (1 − floor) t, number by number.
    const c = 1 - options.floor
    for (let i = 0; i < 9; i++) {
      let state = [found.inputs.data[2 * i] as number, found.inputs.data[2 * i + 1] as number] as [number, number]
      for (let k = 0; k < 6; k++) {
        const t = 1 - k / 6
        const [alpha, variance] = [1 - c * t, options.floor + c * t]
        const drift = -c / alpha
        const squared = c - 2 * drift * variance
        const rows = Array.from({ length: 150 }, (_, r) => [points.data[2 * r] as number, points.data[2 * r + 1] as number] as const)
        const exponents = rows.map(([x, y]) => -((state[0] - alpha * x) ** 2 + (state[1] - alpha * y) ** 2) / (2 * variance))
        const largest = Math.max(...exponents)
        const weights = exponents.map((one) => Math.exp(one - largest))
        const total = weights.reduce((a, b) => a + b)
        state = state.map((x, j) => {
          const score =
            rows.reduce((sum, row, r) => sum + ((weights[r] as number) / total) * (alpha * (row[j] as number) - x), 0) / variance
          return x - (drift * x - 0.5 * squared * score) / 6
        }) as [number, number]
      }
      // At the end α = 1 and σ² = floor. The two large terms at t = 1 cancel: rounding of numbers a hundred times as large.
      state.forEach((x, j) =>
        expect(Math.abs((found.targets.data[2 * i + j] as number) - x / Math.sqrt(1 + options.floor))).toBeLessThan(1e-10),
      )
    }
  })

  test('closedFormSamples are these labels in the units of the table, and leave no tensor', async () => {
    const before = B.liveTensors()
    const drawn = await closedFormSamples(B, table, { ...options, count: 40, key: key(7) })
    expect(B.liveTensors()).toBe(before)
    const { maps, scores } = fitColumns(table, bestSettings.scaling, fold(key(7), 0))
    const own = fold(key(7), 1)
    const process = vanishingLinear({ floor: 0.01 })
    const grid = uniformLogSnr(process, 6)
    const field = pointCloud(B, localSpread(scores, { count: 150, spread: 0.3, key: fold(own, 0) }))(process)
    const pairs = await labelledPairs(B, probabilityFlow(B, process, field), { solver: dpmSolver2M, grid, count: 40, key: fold(own, 1) })
    field.free()
    expect(drawn).toEqual(toValues(maps, withUnitVariance(pairs, process, grid).targets))
    const few = await closedFormSamples(B, table, { ...options, count: 7, key: key(7) })
    expect(few.data).toEqual(drawn.data.slice(0, 14))
    await expect(closedFormSamples(B, table, { ...options, count: 0, key: key(7) })).rejects.toMatchObject({ _tag: 'InvalidArgument' })
  })
})
