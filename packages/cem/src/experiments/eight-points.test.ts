import { cpu } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { type EightPointsSettings, eightPoints } from './eight-points.js'
import { contextOf, faultsOf, interruptedAt, mapStore } from './parts/test-support.js'
import { paperTwoDimensional } from './parts/two-dimensional.js'

const B = cpu()
const { hidden: _, ...shared } = paperTwoDimensional
const settings: EightPointsSettings = {
  ...shared,
  shallow: [3],
  deep: [4, 4],
  rows: 32,
  batch: 16,
  steps: 20,
  gridPoints: 10,
  samples: 24,
}
const run = eightPoints.run

describe('eight points', () => {
  it('gives the same bytes for the same seeds, in the form of a result, and leaves no tensor', async () => {
    const before = B.liveTensors()
    const result = await run(B, settings, 'tiny', contextOf([3, 4]))
    expect(faultsOf(result, eightPoints, settings, [3, 4])).toEqual([])
    expect(JSON.stringify(await run(B, settings, 'tiny', contextOf([3, 4])))).toBe(JSON.stringify(result))
    expect(B.liveTensors()).toBe(before)
    expect(result.figures[0]?.panels.map(({ title }) => title)).toEqual(['shallow, hidden layers 3', 'deep, hidden layers 4, 4'])
    for (const { marks } of result.figures[0]?.panels ?? []) expect(marks[1]).toMatchObject({ kind: 'crosses', points: { length: 8 } })
  })

  it('an interrupted run leaves what it finished, goes on from there, and gives the same bytes', async () => {
    const whole = JSON.stringify(await run(B, settings, 'tiny', contextOf([1])))
    const store = mapStore()
    const isDeep = ({ stage }: { readonly stage: string }): boolean => stage.startsWith('training') && stage.endsWith('deep')
    const first = interruptedAt([1], store, (progress) => isDeep(progress) && progress.done >= settings.steps / 2)
    await expect(run(B, settings, 'tiny', first)).rejects.toMatchObject({ _tag: 'Aborted' })
    expect(store.files.size).toBe(1)
    const again = interruptedAt([1], store, () => false)
    expect(JSON.stringify(await run(B, settings, 'tiny', again))).toBe(whole)
    // The shallow network is found, the deep one trained.
    const trained = again.seen.filter(({ stage, done }) => stage.startsWith('training') && done < settings.steps).map(({ stage }) => stage)
    expect(new Set(trained.map((stage) => stage.split(', ').at(-1)))).toEqual(new Set(['deep']))
    expect(store.files.size).toBe(2)
    // With both in the store nothing is trained.
    const third = interruptedAt([1], store, () => false)
    expect(JSON.stringify(await run(B, settings, 'tiny', third))).toBe(whole)
    expect(third.seen.every(({ stage, done }) => !stage.startsWith('training') || done === settings.steps)).toBe(true)
  })

  it('shares are a distribution over the points and the rest of the samples', async () => {
    const { measures } = await run(B, settings, 'tiny', contextOf([2]))
    for (const variant of ['shallow network', 'deep network']) {
      const of = (quantity: string): number =>
        measures.find((each) => each.variant === variant && each.quantity.startsWith(quantity))?.ours as number
      expect(of('share between') + of('share elsewhere')).toBeLessThanOrEqual(1 + 1e-12)
      expect(8 * of('smallest share')).toBeLessThanOrEqual(1)
      expect(8 * of('largest share')).toBeGreaterThanOrEqual(1)
    }
  })
})
