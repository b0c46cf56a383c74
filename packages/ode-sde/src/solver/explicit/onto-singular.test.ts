import { rectifiedFlow, vanishingLinear } from '@tweedie/core'
import { describe, expect, it } from 'vitest'
import { adaptive } from '../../control/control.js'
import { solve } from '../../solve/solve.js'
import { probabilityFlow } from '../../term/probability-flow.js'
import { B, gaussianField, gaussianFlow } from '../../testing/test-problems.js'
import { bogackiShampine32 } from './bogacki-shampine-32.js'
import { dop853 } from './dop853.js'
import { dormandPrince54 } from './dormand-prince-54.js'
import { tsitouras54 } from './tsitouras-54.js'

const law = { mean: [1, -2], variance: [0.25, 2] }
const states = [0.5, -1, 1.2, 0.3]

describe.each([bogackiShampine32, dormandPrince54, tsitouras54, dop853])('$name under step-size control', (solver) => {
  it.each([rectifiedFlow(), vanishingLinear()])('reaches σ = 0 within the tolerance under $name', async (process) => {
    const flow = probabilityFlow(B, process, gaussianField(law, process))
    const initial = B.tensor(states, [2, 2])
    for (const tolerance of [1e-3, 1e-6]) {
      const control = adaptive({ rtol: tolerance, atol: tolerance })
      const { x, statistics } = await solve(B, flow, { initial, grid: [1, 0], solver, control })
      const exact = gaussianFlow(law, process, 1, 0, states)
      // The tolerance is per step; twenty to sixty steps that miss by a part of it each, on states up to 3.
      for (const [k, value] of (await B.read(x)).entries()) expect(Math.abs(value - (exact[k] as number))).toBeLessThan(20 * tolerance)
      expect(statistics.accepted).toBeGreaterThan(3)
    }
  })
})
