import { key, linear, uniformLogSnr, vanishingLinear } from '@tweedie/core'
import {
  type ErrorExplanation,
  type ErrorPart,
  explainError,
  type LabelledPairs,
  largestPart,
  type PartOfError,
  type Pipeline,
} from '@tweedie/density'
import { dpmSolver2M, euler } from '@tweedie/ode-sde'
import { wasm } from '@tweedie/wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { cornerRows, gaussianRows, leastSquaresGenerator } from './support.js'

const B = wasm({ threads: 1 })
type Native = typeof B extends import('@tweedie/core').Backend<infer N> ? N : never
afterAll(() => B.dispose())

const process = vanishingLinear({ floor: 0.02 })
const trainer = { labels: 400, train: async (pairs: LabelledPairs) => leastSquaresGenerator(B, pairs) }

/** A pipeline with nothing wrong: the flow of a Gaussian is affine, and so is its network. */
const sound: Pipeline<Native> = {
  scores: gaussianRows(key(1), 300),
  heldOut: gaussianRows(key(2), 600),
  process,
  grid: uniformLogSnr(process, 24),
  solver: dpmSolver2M,
  generator: trainer,
}
const options = { key: key(7), count: 300, replicates: 3 }
const partOf = (explanation: ErrorExplanation, part: ErrorPart): PartOfError =>
  explanation.parts.find((each) => each.part === part) as PartOfError

describe('explainError names the part that is wrong', () => {
  const wide = vanishingLinear({ floor: 0.3 })
  const cases: readonly (readonly [ErrorPart, Pipeline<Native>])[] = [
    ['monte-carlo', { ...sound, miniBatch: { size: 20 } }],
    ['stopping-noise', { ...sound, process: wide, grid: uniformLogSnr(wide, 24) }],
    ['discretisation', { ...sound, solver: euler, grid: linear(process, 2) }],
    ['regression', { ...sound, scores: cornerRows(key(3), 300), heldOut: cornerRows(key(4), 600) }],
  ]
  test.each(cases)('%s', async (part, pipeline) => {
    const before = B.liveTensors()
    const found = await explainError(B, pipeline, options)
    expect(largestPart(found)).toBe(part)
    // The reduction is no accident: three standard errors. And no other part takes off half as much.
    const { reduction, pairedRms } = partOf(found, part)
    expect(reduction.value).toBeGreaterThan(3 * reduction.standardError)
    for (const other of found.parts) if (other.part !== part) expect(other.reduction.value).toBeLessThan(reduction.value / 2)
    // A map that is this wrong is far from the exact one: a sixth of the deviation √2 of the data.
    expect(pairedRms.value).toBeGreaterThan(Math.SQRT2 / 6)
    expect(B.liveTensors()).toBe(before)
  })

  test('nothing, where nothing is wrong: no part takes off more than copies of real rows leave', async () => {
    const found = await explainError(B, sound, options)
    for (const { reduction } of found.parts) expect(reduction.value).toBeLessThan(found.rows.value)
    expect(partOf(found, 'monte-carlo')).toMatchObject({ reduction: { value: 0, standardError: 0 }, pairedRms: { value: 0 } })
    expect(found.parts.map((each) => each.of)).toEqual(['samples', 'samples', 'samples', 'samples'])
  })
})
