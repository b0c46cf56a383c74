import { cpu } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { curve } from './curve.js'
import { measured, nearestOnSpiral, pointsOf, tinySettings } from './parts/figure-test-support.js'
import { contextOf, faultsOf, interruptedAt, mapStore } from './parts/test-support.js'
import { schedules } from './schedules.js'

const B = cpu()
const run = schedules.run

describe('schedules', () => {
  it('gives the same bytes for the same seeds, in the form of a result, and leaves no tensor', async () => {
    const before = B.liveTensors()
    const result = await run(B, tinySettings, 'tiny', contextOf([3, 4]))
    expect(faultsOf(result, schedules, tinySettings, [3, 4])).toEqual([])
    expect(JSON.stringify(await run(B, tinySettings, 'tiny', contextOf([3, 4])))).toBe(JSON.stringify(result))
    expect(B.liveTensors()).toBe(before)
    expect(result.figures[0]?.panels.map(({ title }) => title)).toEqual(['Data', 'exponential', 'quadratic', 'linear'])
    expect(result.claims.length).toBe(2)
  })

  it('an interrupted run goes on from the trained model and gives the same bytes', async () => {
    const whole = JSON.stringify(await run(B, tinySettings, 'tiny', contextOf([1])))
    const store = mapStore()
    const first = interruptedAt([1], store, ({ stage }) => /sampling .*linear/.test(stage))
    await expect(run(B, tinySettings, 'tiny', first)).rejects.toMatchObject({ _tag: 'Aborted' })
    expect(store.files.size).toBe(1)
    const again = interruptedAt([1], store, () => false)
    expect(JSON.stringify(await run(B, tinySettings, 'tiny', again))).toBe(whole)
    expect(again.seen.every(({ stage, done, total }) => !stage.startsWith('training') || done === total)).toBe(true)
  })

  it('samples the model of Figure 4, on the exponential grid as there', async () => {
    const store = mapStore()
    const ofCurve = await curve.run(B, tinySettings, 'tiny', contextOf([2], { store }))
    const before = [...store.files.keys()]
    const result = await run(B, tinySettings, 'tiny', contextOf([2], { store }))
    expect([...store.files.keys()]).toEqual(before)
    expect(pointsOf(result, 'fig-10', 1)).toEqual(pointsOf(ofCurve, 'fig-4', 1))
    for (const [k, variant] of ['exponential', 'quadratic', 'linear'].entries()) {
      const distances = pointsOf(result, 'fig-10', 1 + k).map((point) => nearestOnSpiral(point).distance)
      const mean = distances.reduce((sum, distance) => sum + distance, 0) / tinySettings.samples
      // The figure has five digits of numbers below 20, and untrained models leave distances of about 1.
      expect(Math.abs(mean - measured(result, 'mean distance', variant))).toBeLessThan(1e-3)
    }
  })
})
