import { key } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { mapLeaves } from '@tweedie/nn'
import { describe, expect, it } from 'vitest'
import type { Objective } from '../../objective/objective.js'
import { cem, ddpm, sgm, vPrediction } from '../../objective/objectives.js'
import { lineNormal } from '../../support/line-normal.js'
import { spiral } from '../../support/spiral.js'
import { uniformGridTimes } from '../../times/uniform-grid-times.js'
import { tinySettings } from '../parts/figure-test-support.js'
import { type Trained, twoDimensionalRecipe } from '../parts/two-dimensional.js'
import { lineErrors } from './errors.js'

const B = cpu()
const times = [2, 0.3, 1e-3]
const count = 400

/** A model that says 0 everywhere. */
const silent = (objective: Objective) => {
  const recipe = twoDimensionalRecipe(tinySettings, spiral(), { objective, times: uniformGridTimes(4) }, 0)
  const parameters = mapLeaves(recipe.network.initialise(B, key(0)), (tensor) => B.mul(tensor, 0))
  return { ...recipe, parameters } satisfies Trained<ReturnType<typeof B.full>>
}

describe('errors of a model of the line', () => {
  it('of a model that says 0 are the closed form itself, eq. (62), and its second moments', async () => {
    // The factors of (x₁, x₂) in m, ε and S; X_t has the variances 1 and v.
    const factors = [
      [cem, (v: number) => [Math.sqrt(1 - v), 0]],
      [ddpm, (v: number) => [Math.sqrt(v), 1 / Math.sqrt(v)]],
      [sgm, (v: number) => [1, 1 / v]],
    ] as const
    for (const [objective, factorsAt] of factors) {
      const before = B.liveTensors()
      const trained = silent(objective)
      const kept = B.liveTensors()
      const errors = await lineErrors(B, trained, lineNormal(), { times, count, key: key(5) })
      expect(B.liveTensors()).toBe(kept)
      expect(kept).toBeGreaterThan(before)
      expect(errors.map(({ t }) => t)).toEqual(times)
      for (const { t, output, exact, meanSquare } of errors) {
        const v = -Math.expm1(-t)
        const [first, second] = factorsAt(v) as [number, number]
        expect(output.map(Math.abs)).toEqual([0, 0])
        expect(exact[0]).toBeCloseTo(first, 12)
        expect(Math.abs(exact[1] - -0.1 * second)).toBeLessThan(1e-12 * second + 1e-15)
        // A mean of squares of normal numbers has the relative error √(2/count); 6 of them: 2e-9.
        const bound = 6 * Math.sqrt(2 / count)
        expect(Math.abs(meanSquare[0] / first ** 2 - 1)).toBeLessThan(bound)
        expect(second === 0 ? meanSquare[1] : Math.abs(meanSquare[1] / (second ** 2 * v) - 1)).toBeLessThan(bound)
      }
    }
  })

  it('are those of a model whose target is a kind of field', async () => {
    const objective = { ...vPrediction, target: { name: 'of no kind', under: vPrediction.target.under } }
    const options = { times, count, key: key(5) }
    await expect(lineErrors(B, silent(objective), lineNormal(), options)).rejects.toMatchObject({ _tag: 'Unsupported' })
  })
})
