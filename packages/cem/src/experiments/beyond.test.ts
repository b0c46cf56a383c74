import { cpu } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { spiral } from '../support/spiral.js'
import { beyondRecipe, trainingCost } from './beyond/recipe.js'
import { beyond } from './beyond.js'
import { curve } from './curve.js'
import { measured, tinySettings } from './parts/figure-test-support.js'
import { contextOf, faultsOf, interruptedAt, mapStore } from './parts/test-support.js'

const B = cpu()
const run = beyond.run
const settings = {
  paper: tinySettings,
  recipe: {
    ...beyond.settings.quick.recipe,
    rows: 60,
    batch: 10,
    steps: 6,
    hidden: [6],
    samplerSteps: 5,
    samples: 30,
  },
  dimensionNoise: [0.005, 0.01],
}

describe('beyond', () => {
  it('gives the same bytes for the same seeds, in the form of a result, and leaves no tensor', async () => {
    const before = B.liveTensors()
    const result = await run(B, settings, 'tiny', contextOf([3, 4]))
    expect(faultsOf(result, beyond, settings, [3, 4])).toEqual([])
    expect(JSON.stringify(await run(B, settings, 'tiny', contextOf([3, 4])))).toBe(JSON.stringify(result))
    expect(B.liveTensors()).toBe(before)
    expect(result.claims.length).toBe(6)
  })

  it('an interrupted run goes on from the trained models and gives the same bytes', async () => {
    const whole = JSON.stringify(await run(B, settings, 'tiny', contextOf([1])))
    const store = mapStore()
    const first = interruptedAt([1], store, ({ stage }) => /sampling .*torus/.test(stage))
    await expect(run(B, settings, 'tiny', first)).rejects.toMatchObject({ _tag: 'Aborted' })
    expect(store.files.size).toBe(3)
    expect(JSON.stringify(await run(B, settings, 'tiny', contextOf([1], { store })))).toBe(whole)
  })

  it('compares with the model and the samples of Figure 4', async () => {
    const store = mapStore()
    const ofCurve = await curve.run(B, tinySettings, 'tiny', contextOf([2], { store }))
    const result = await run(B, settings, 'tiny', contextOf([2], { store }))
    const distance = measured(result, 'mean distance to the curve', "spiral, the paper's CEM")
    expect(distance).toBe(measured(ofCurve, 'mean distance to the curve', 'CEM'))
  })

  it('an untrained network of the recipe already keeps the dimension: its output is preconditioned', async () => {
    // At σ of a hundredth of the deviation x itself is within σ of X₀: E|X₀ − x/α|² is D σ²/α², the dimension of the space around.
    const result = await run(B, settings, 'tiny', contextOf([5]))
    const dimension = measured(result, 'intrinsic dimension read off (65)', 'curve in 16 dimensions, our recipe')
    expect(dimension).toBeGreaterThan(4)
    expect(dimension).toBeLessThan(40)
  })

  it('costs no more to train than the paper, by count', () => {
    const ours = beyondRecipe({ ...beyond.settings.paper.recipe, rows: 1_000 }, spiral(), 0)
    expect(trainingCost({ ...ours, steps: 1, batch: 1 })).toBe(6 * (3 * 64 + 2 * 64 * 64 + 64 * 2))
    const paper = 6 * (3 * 32 + 2 * 32 * 32 + 32 * 2) * 20_000 * 10_000
    expect(trainingCost(ours)).toBeLessThanOrEqual(paper)
  })
})
