import { key } from '@tweedie/core'
import { adam, constant, mlp, train } from '@tweedie/nn'
import { describe, expect, test } from 'vitest'
import { everyBackend } from '../every-backend.js'

describe('a thousand training steps leave the number of live tensors, and the bytes that they hold, as they were', () => {
  everyBackend((name, make) => {
    test(name, async () => {
      const B = make()
      const inputs = B.normal(key(1), [20, 2])
      const targets = B.scope(() => B.mul(B.sum(inputs, 1, true), 0.5))
      const before = B.liveTensors()
      const bytes = B.bytes?.()
      const seen: number[] = []
      const { parameters, steps } = await train(B, {
        network: mlp([2, 3, 1], { activation: 'silu' }),
        inputs,
        targets,
        optimiser: adam({ rate: constant(1e-2) }),
        steps: 1000,
        batch: 8,
        validateEvery: 100,
        key: key(2),
        onProgress: ({ step }) => {
          if (step % 100 === 0) seen.push(B.liveTensors() - before)
        },
      })
      expect(steps).toBe(1000)
      // Between the steps: the validation rows, the parameters with Adam's two moments, and the best parameters when they are others.
      expect(Math.max(...seen)).toBeLessThanOrEqual(2 + 4 * 3 + 4)
      for (const layer of parameters) {
        B.free(layer.weight)
        B.free(layer.bias)
      }
      expect(B.liveTensors()).toBe(before)
      expect(B.bytes?.()).toBe(bytes)
    }, 180_000)
  })
})
