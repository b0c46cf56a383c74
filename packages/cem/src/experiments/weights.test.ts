import { cpu } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { measured, nearestOnSpiral, pointsOf, tinySettings } from './parts/figure-test-support.js'
import { contextOf, faultsOf, interruptedAt, mapStore } from './parts/test-support.js'
import { schedules } from './schedules.js'
import { weights } from './weights.js'

const B = cpu()
const run = weights.run
const variants = ['λ = 1/(e^t − 1)', 'λ = 1/(e^t − 1)²', 'λ constant']

describe('weights', () => {
  it('gives the same bytes for the same seeds, in the form of a result, and leaves no tensor', async () => {
    const before = B.liveTensors()
    const result = await run(B, tinySettings, 'tiny', contextOf([3, 4]))
    expect(faultsOf(result, weights, tinySettings, [3, 4])).toEqual([])
    expect(JSON.stringify(await run(B, tinySettings, 'tiny', contextOf([3, 4])))).toBe(JSON.stringify(result))
    expect(B.liveTensors()).toBe(before)
    expect(result.figures[0]?.panels.map(({ title }) => title)).toEqual(['Data', ...variants])
    expect(result.claims.length).toBe(2)
  })

  it('an interrupted run leaves what it finished, goes on from there, and gives the same bytes', async () => {
    const whole = JSON.stringify(await run(B, tinySettings, 'tiny', contextOf([1])))
    const store = mapStore()
    const first = interruptedAt([1], store, ({ stage, done }) => /training .*squared/.test(stage) && done > 5)
    await expect(run(B, tinySettings, 'tiny', first)).rejects.toMatchObject({ _tag: 'Aborted' })
    expect(store.files.size).toBe(1)
    const again = interruptedAt([1], store, () => false)
    expect(JSON.stringify(await run(B, tinySettings, 'tiny', again))).toBe(whole)
    expect(store.files.size).toBe(3)
  })

  it('the first weight is that of Figure 4 and Figure 10, the others give other models', async () => {
    const store = mapStore()
    const result = await run(B, tinySettings, 'tiny', contextOf([2], { store }))
    const ofSchedules = await schedules.run(B, tinySettings, 'tiny', contextOf([2], { store }))
    expect(store.files.size).toBe(3)
    const [first, second, third] = [1, 2, 3].map((panel) => JSON.stringify(pointsOf(result, 'fig-11', panel)))
    expect(first).toBe(JSON.stringify(pointsOf(ofSchedules, 'fig-10', 1)))
    expect(new Set([first, second, third]).size).toBe(3)
    for (const [k, variant] of variants.entries()) {
      const distances = pointsOf(result, 'fig-11', 1 + k).map((point) => nearestOnSpiral(point).distance)
      const mean = distances.reduce((sum, distance) => sum + distance, 0) / tinySettings.samples
      // The figure has five digits of numbers below 20, and untrained models leave distances of about 1.
      expect(Math.abs(mean - measured(result, 'mean distance', variant))).toBeLessThan(1e-3)
    }
  })
})
