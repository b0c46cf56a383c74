import { operationRows, type Vector } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectGradient } from '../testing/expect-gradient.js'
import { operationUses } from '../testing/operation-uses.js'
import { autodiff } from './autodiff.js'
import type { Traced } from './traced.js'

const D = autodiff(cpu())

describe('gradients agree with central differences', () => {
  it('has a case for every operation that takes tensors', () => {
    const operations = operationRows().flatMap(([name, { group }]) => (group === 'constructor' || group === 'random' ? [] : [name]))
    expect(Object.keys(operationUses).sort()).toEqual(operations.sort())
  })

  it.each(['greater', 'equal'] as const)('%s is piecewise constant: its result is a constant', (name) => {
    const x = cpu().tensor([1, 2], [2])
    const total = (y: Vector<Traced<CpuTensor>>) => {
      const steps = D[name](y, 1)
      expect(steps.derivative).toBeUndefined()
      return D.sum(steps)
    }
    D.gradient(total)(x)
    D.jacobianVector(total, x, x)
    expect.assertions(2)
  })

  it.each(Object.entries(operationUses))('%s', async (_, use) => {
    await fc.assert(
      fc.asyncProperty(use, ({ f, operands }) => expectGradient(f, operands)),
      { numRuns: 20, seed: 20240611 },
    )
  })
})
