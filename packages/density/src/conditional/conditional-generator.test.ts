import { fold, fromRows, type HostMatrix, hostMatrix, key, normalArray, uniformLogSnr, vanishingLinear } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { adam, cosineDecay, mlp } from '@tweedie/nn'
import { dpmSolver2M } from '@tweedie/ode-sde'
import { describe, expect, test } from 'vitest'
import { fitColumns } from '../columns/fit-columns.js'
import { fitConditional, generateConditional } from './conditional-generator.js'
import { conditionalPairs } from './conditional-pairs.js'
import { conditionalRows } from './conditional-samples.js'

const B = cpu()
const floor = 0.02
const process = vanishingLinear({ floor })
const flow = { process, grid: uniformLogSnr(process, 12), solver: dpmSolver2M }

/** x = 0.8 b + 0.6 z in column 0, b in column 1, unit variances. */
const cloud: HostMatrix = (() => {
  const z = normalArray(key(1), 600)
  return fromRows(Array.from({ length: 300 }, (_, i) => [0.8 * (z[2 * i] as number) + 0.6 * (z[2 * i + 1] as number), z[2 * i] as number]))
})()
const pairs = await conditionalPairs(B, cloud, { ...flow, columns: [1], count: 900, key: key(2) })
const steps = 400
const training = { optimiser: adam({ rate: cosineDecay(1e-2, steps) }), steps, batch: 64, key: key(3) }

describe('conditionalPairs', () => {
  test('pair noise and condition with where conditionalRows takes them', async () => {
    const { inputs, targets, bandwidth, given } = pairs
    expect(given).toEqual([1])
    expect([inputs.rows, inputs.columns, targets.columns]).toEqual([900, 2, 1])
    const b = hostMatrix(
      Array.from({ length: 40 }, (_, i) => inputs.data[2 * i + 1] as number),
      40,
      1,
    )
    // Y is drawn with fold(key, 0): conditionalRows under that key has the same noise.
    const rows = await conditionalRows(B, cloud, { ...flow, columns: [1], given: b, bandwidth, key: fold(key(2), 0) })
    for (let i = 0; i < 40; i++) {
      expect(inputs.data[2 * i]).toBe(normalArray(fold(key(2), 0), 40)[i])
      expect(rows.samples.data[2 * i]).toBeCloseTo(targets.data[i] as number, 9)
    }
  })

  test('have the second moments of the kernel density with unit variance', () => {
    const [x, b] = [pairs.targets.data, pairs.targets.data.map((_, i) => pairs.inputs.data[2 * i + 1] as number)]
    const { bandwidth: h } = pairs
    const moment = (v: Float64Array, w: Float64Array): number => v.reduce((sum, c, i) => sum + c * (w[i] as number), 0) / 900
    const of = (f: (x: number, b: number) => number): number => {
      let sum = 0
      for (let i = 0; i < 300; i++) sum += f(cloud.data[2 * i] as number, cloud.data[2 * i + 1] as number)
      return sum / 300
    }
    // Five standard errors √(2/900) of a second moment near 1, and the error of 12 steps.
    const tolerance = 5 * Math.sqrt(2 / 900) + 0.02
    expect(Math.abs(moment(x, x) - (of((a) => a * a) + floor) / (1 + floor))).toBeLessThan(tolerance)
    expect(Math.abs(moment(b, b) - (of((_, c) => c * c) + h * h) / (1 + h * h))).toBeLessThan(tolerance)
    expect(Math.abs(moment(x, b) - of((a, c) => a * c) / Math.sqrt((1 + floor) * (1 + h * h)))).toBeLessThan(tolerance)
  })

  test('do not depend on chunk or count', async () => {
    const options = { ...flow, columns: [1], key: key(2) }
    const few = await conditionalPairs(B, cloud, { ...options, count: 11, chunk: 4 })
    expect(few.inputs.data).toEqual(pairs.inputs.data.slice(0, 22))
    few.targets.data.forEach((x, i) => {
      expect(x).toBe(pairs.targets.data[i])
    })
  })
})

describe('a conditional generator', () => {
  test('learns the conditional law, and gives the condition back', async () => {
    const model = await fitConditional(B, mlp([2, 16, 16, 1]), pairs, training)
    const { bandwidth: h } = pairs
    const variances = Math.sqrt((1 + floor) * (1 + h * h))
    for (const b of [-1, 0, 1.2]) {
      const rows = await generateConditional(B, model, { given: { 1: b }, count: 2_000, key: key(4) })
      const x = rows.data.filter((_, at) => at % 2 === 0)
      expect(rows.data.filter((_, at) => at % 2 === 1).every((value) => value === b)).toBe(true)
      const mean = x.reduce((a, c) => a + c, 0) / 2_000
      const deviation = Math.sqrt(x.reduce((a, c) => a + (c - mean) ** 2, 0) / 2_000)
      const correlation = 0.8 / variances
      // About 900/10 of 300 rows tell of each b, so five standard errors of 0.6/√60 or so, and the regression's.
      expect(Math.abs(mean - correlation * b)).toBeLessThan(0.4)
      expect(Math.abs(deviation - Math.sqrt(1 - correlation ** 2))).toBeLessThan(0.25)
    }
    const [all, some] = [
      await generateConditional(B, model, { given: { 1: 0.5 }, count: 30, key: key(5), chunk: 7 }),
      await generateConditional(B, model, { given: { 1: 0.5 }, count: 10, first: 10, key: key(5) }),
    ]
    expect(some.data).toEqual(all.data.slice(20, 40))
    await expect(generateConditional(B, model, { given: { 0: 0 }, count: 1, key: key(0) })).rejects.toThrow(
      /columns 0 are given to a generator of columns 1/,
    )
    await expect(generateConditional(B, model, { given: { 1: 99 }, count: 1, key: key(0) })).rejects.toThrow(/the value 99 for column 1/)
    await expect(generateConditional(B, model, { given: { 1: 0 }, count: 0, key: key(0) })).rejects.toThrow(/count 0/)
  })

  test('with column maps speaks in the units of the table', async () => {
    const table = { ...cloud, data: cloud.data.map((x, at) => (at % 2 === 0 ? Math.exp(x) : 100 + 10 * x)) }
    const { maps, scores } = fitColumns(table, 'normal-scores', key(0))
    const made = await conditionalPairs(B, scores, { ...flow, columns: [1], count: 200, key: key(6) })
    const model = await fitConditional(B, mlp([2, 8, 1]), made, { ...training, steps: 60, columns: maps })
    const rows = await generateConditional(B, model, { given: { 1: 104.25 }, count: 50, key: key(7) })
    const incomes = table.data.filter((_, at) => at % 2 === 0)
    for (let i = 0; i < 50; i++) {
      expect(rows.data[2 * i + 1]).toBe(104.25)
      expect(rows.data[2 * i]).toBeGreaterThanOrEqual(Math.min(...incomes))
      expect(rows.data[2 * i]).toBeLessThanOrEqual(Math.max(...incomes))
    }
    await expect(generateConditional(B, model, { given: { 1: 300 }, count: 1, key: key(0) })).rejects.toThrow(/the value 300 for column 1/)
    await expect(fitConditional(B, mlp([2, 8, 1]), made, { ...training, columns: maps.slice(1) })).rejects.toThrow(/1 column maps/)
  })
})
