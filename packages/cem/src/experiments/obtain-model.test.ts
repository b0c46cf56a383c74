import { key, normalArray, ornsteinUhlenbeck } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { adam, namedLeaves } from '@tweedie/nn'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rawNet } from '../network/raw-net.js'
import { cem, ddpm } from '../objective/objectives.js'
import { uniformGridTimes } from '../times/uniform-grid-times.js'
import type { ExperimentContext } from './experiment.js'
import { type ModelRecipe, obtainModel } from './obtain-model.js'

const B = cpu()
const recipe: ModelRecipe = {
  name: 'a model, seed 0',
  about: { data: 'normal', rate: 0.01 },
  process: ornsteinUhlenbeck(),
  objective: cem,
  network: rawNet({ dimension: 2, hidden: [3] }),
  data: { data: normalArray(key(1), 32), rows: 16, columns: 2 },
  times: uniformGridTimes(20),
  optimiser: adam({ rate: 0.01 }),
  steps: 12,
  batch: 4,
  key: key(2),
  lookEvery: 3,
  checkpointEvery: 2,
}

/** A store in memory that counts, and stops the run after so many savings. */
const memory = (stopAfter = Number.POSITIVE_INFINITY) => {
  const files = new Map<string, Uint8Array>()
  const controller = new AbortController()
  let saved = 0
  const context = (steps: number[] = []): ExperimentContext => ({
    seeds: [0],
    store: {
      load: async (name) => files.get(name),
      save: async (name, bytes) => {
        files.set(name, bytes)
        if (++saved === stopAfter) controller.abort()
      },
    },
    signal: controller.signal,
    onProgress: ({ done }) => steps.push(done),
  })
  return {
    files,
    context,
    fresh: (steps: number[] = []): ExperimentContext => ({ ...context(steps), signal: new AbortController().signal }),
  }
}

const numbers = async (changes: Partial<ModelRecipe>, context: ExperimentContext) => {
  const { parameters, history } = await obtainModel(B, { ...recipe, ...changes }, context)
  return { history, leaves: await Promise.all(namedLeaves(parameters).map(async ([, x]) => [...(await B.read(x))])) }
}

describe('obtainModel', () => {
  it('has the same bits uninterrupted, gone on with from any checkpoint, and found in the store', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.option(fc.constant(0.9), { nil: undefined }),
        fc.nat(1e6),
        async (stop, averaging, seed) => {
          const changes = { averaging, key: key(seed) }
          const whole = await numbers(changes, memory().context())
          const { files, context, fresh } = memory(stop)
          await expect(numbers(changes, context())).rejects.toMatchObject({ _tag: 'Aborted' })
          expect(files.size).toBe(1)
          const steps: number[] = []
          expect(await numbers(changes, fresh(steps))).toEqual(whole)
          // The signal is seen a step or more after the checkpoint that fired it, perhaps after another checkpoint.
          expect(steps[0]).toBeGreaterThanOrEqual(2 * stop)
          const again: number[] = []
          expect(await numbers(changes, fresh(again))).toEqual(whole)
          expect(again).toEqual([12])
        },
      ),
      { numRuns: 8 },
    )
  })

  it('begins anew where the store has a run of other settings, or a damaged file', async () => {
    const { files, fresh } = memory()
    await numbers({}, fresh())
    for (const changes of [{ about: { data: 'other' } }, { objective: ddpm }, { steps: 10 }, { key: key(3) }, { averaging: 0.5 }]) {
      const steps: number[] = []
      expect(await numbers(changes, fresh(steps))).toEqual(await numbers(changes, memory().context()))
      expect(steps[0]).toBe(0)
    }
    for (const name of files.keys()) files.set(name, new Uint8Array(20))
    const steps: number[] = []
    await numbers({}, fresh(steps))
    expect(steps[0]).toBe(0)
  })
})
