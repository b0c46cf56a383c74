import { cpu } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { curve } from './curve.js'
import { measured, nearestOnSpiral, pointsOf, tinySettings } from './parts/figure-test-support.js'
import { contextOf, faultsOf, interruptedAt, mapStore } from './parts/test-support.js'

const B = cpu()
const run = curve.run

describe('curve', () => {
  it('gives the same bytes for the same seeds, in the form of a result, and leaves no tensor', async () => {
    const before = B.liveTensors()
    const result = await run(B, tinySettings, 'tiny', contextOf([3, 4]))
    expect(faultsOf(result, curve, tinySettings, [3, 4])).toEqual([])
    expect(JSON.stringify(await run(B, tinySettings, 'tiny', contextOf([3, 4])))).toBe(JSON.stringify(result))
    expect(B.liveTensors()).toBe(before)
    expect(result.figures.map(({ id, panels }) => [id, panels.length])).toEqual([
      ['fig-4', 8],
      ['fig-4-mass', 2],
    ])
    expect(result.claims.length).toBe(4)
    expect(result.measures.filter(({ paper }) => paper !== undefined).map(({ variant, paper }) => [variant, paper])).toEqual([
      ['CEM', 0.023],
      ['DDPM', 0.108],
      ['SGM', 0.233],
    ])
  })

  it('an interrupted run leaves what it finished, goes on from there, and gives the same bytes', async () => {
    const whole = JSON.stringify(await run(B, tinySettings, 'tiny', contextOf([1])))
    const store = mapStore()
    const first = interruptedAt([1], store, ({ stage, done }) => /sampling .*sgm/.test(stage) && done > 5)
    await expect(run(B, tinySettings, 'tiny', first)).rejects.toMatchObject({ _tag: 'Aborted' })
    expect(store.files.size).toBe(3)
    const again = interruptedAt([1], store, () => false)
    expect(JSON.stringify(await run(B, tinySettings, 'tiny', again))).toBe(whole)
    const trained = again.seen.filter(({ stage, done, total }) => stage.startsWith('training') && done < total).map(({ stage }) => stage)
    expect(new Set(trained).size).toBe(3)
    expect(trained.every((stage) => stage.includes('log-uniform'))).toBe(true)
  })

  it('distance and mass are those of the samples that the figure shows, by brute force', async () => {
    const result = await run(B, tinySettings, 'tiny', contextOf([2]))
    for (const [k, variant] of ['CEM', 'DDPM', 'SGM'].entries()) {
      const nearest = pointsOf(result, 'fig-4', 1 + k).map(nearestOnSpiral)
      const mean = nearest.reduce((sum, { distance }) => sum + distance, 0) / tinySettings.samples
      // The figure has five digits of numbers below 20, and untrained models leave distances of about 1.
      expect(Math.abs(mean - measured(result, 'mean distance', variant))).toBeLessThan(1e-3)
      const mass = pointsOf(result, 'fig-4-mass', 0, 1 + k)
      expect(mass.map(([u]) => u)).toEqual(Array.from({ length: 12 }, (_, bin) => 1.5 + bin))
      mass.forEach(([, value], bin) => {
        const counted = nearest.filter(({ u }) => Math.min(11, Math.floor(u - 1)) === bin).length
        expect(value).toBeCloseTo((12 * counted) / tinySettings.samples, 4)
      })
      expect(measured(result, 'largest deviation', variant)).toBeCloseTo(Math.max(...mass.map(([, value]) => Math.abs(value - 1))), 4)
    }
  })
})
