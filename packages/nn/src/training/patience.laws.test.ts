import { key } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { mlp } from '../layers/mlp.js'
import { adam } from './optimiser.js'
import { train } from './train.js'

it('a training that gets no better ends after its first look and as many more as its patience', async () => {
  const B = cpu()
  const [inputs, targets] = [B.normal(key(1), [12, 2]), B.normal(key(2), [12, 1])]
  const small = fc.integer({ min: 1, max: 5 })
  await fc.assert(
    fc.asyncProperty(small, small, async (patience, validateEvery) => {
      const options = { network: mlp([2, 1]), inputs, targets, optimiser: adam({ rate: 0 }), key: key(3), validationFraction: 0.25 }
      const { steps, bestStep, stoppedEarly } = await train(B, { ...options, steps: 100, batch: 4, validateEvery, patience })
      expect({ steps, bestStep, stoppedEarly }).toEqual({
        steps: validateEvery * (1 + patience),
        bestStep: validateEvery,
        stoppedEarly: true,
      })
    }),
    { numRuns: 25 },
  )
})
