import { cpu } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { cem, withWeight } from '../../objective/objectives.js'
import { constantWeight } from '../../objective/weights.js'
import { lineNormal } from '../../support/line-normal.js'
import { spiral } from '../../support/spiral.js'
import { tinySettings } from './figure-test-support.js'
import { contextOf } from './test-support.js'
import { trainingTimes } from './three-models.js'
import { lengthRemark, paperTwoDimensional, samplingGrid, twoDimensionalRecipe, withTrained } from './two-dimensional.js'

const times = trainingTimes('paper', tinySettings)

describe('two-dimensional experiments', () => {
  it("the paper's grid is eq. (41): 0, then ε e^(h(k−1)) up to T", () => {
    const grid = samplingGrid(paperTwoDimensional)
    expect(grid.length).toBe(201)
    expect([grid[0], grid[199], grid[200]]).toEqual([10, 1e-4, 0])
    const h = Math.log(1e5) / 199
    for (let k = 1; k < 200; k++) expect(Math.log((grid[k - 1] as number) / (grid[k] as number))).toBeCloseTo(h, 10)
    const { atoms } = trainingTimes('paper', paperTwoDimensional).under(
      twoDimensionalRecipe(tinySettings, spiral(), { objective: cem, times }, 0).process,
    )
    expect([atoms?.length, atoms?.[0], atoms?.[198]]).toEqual([199, 10 / 199, 10])
  })

  it('a shorter training is remarked on, and that of the paper is not', () => {
    expect(lengthRemark(paperTwoDimensional)).toEqual([])
    expect(lengthRemark(tinySettings).join()).toContain('20 steps of 20 rows')
  })

  it('recipes have one name exactly where they are one model, and share data and key within a seed', () => {
    const control = trainingTimes('control', tinySettings)
    const recipes = [
      twoDimensionalRecipe(tinySettings, spiral(), { objective: cem, times }, 0),
      twoDimensionalRecipe(tinySettings, spiral(), { objective: cem, times: control }, 0),
      twoDimensionalRecipe(tinySettings, spiral(), { objective: withWeight(cem, constantWeight()), times }, 0),
      twoDimensionalRecipe(tinySettings, lineNormal(), { objective: cem, times }, 0),
      twoDimensionalRecipe(tinySettings, spiral(), { objective: cem, times }, 1),
    ] as const
    expect(new Set(recipes.map(({ name }) => name)).size).toBe(recipes.length)
    expect(recipes[1].data).toEqual(recipes[0].data)
    expect(recipes[1].key).toEqual(recipes[0].key)
    expect(recipes[4].data).not.toEqual(recipes[0].data)
    expect(recipes[4].key).not.toEqual(recipes[0].key)
  })

  it('a trained model is freed after use, and when its use fails', async () => {
    const B = cpu()
    const recipe = twoDimensionalRecipe(tinySettings, spiral(), { objective: cem, times }, 0)
    const weights = await withTrained(B, recipe, contextOf([0]), async ({ parameters }) => parameters.length)
    expect(weights).toBe(tinySettings.hidden.length + 1)
    expect(B.liveTensors()).toBe(0)
    await expect(withTrained(B, recipe, contextOf([0]), () => Promise.reject(new Error('used')))).rejects.toThrow('used')
    expect(B.liveTensors()).toBe(0)
  })
})
