import { describe, expect, test } from 'vitest'
import { cpu } from '../cpu/cpu.js'
import { makeBackend, untyped } from './backend.js'
import { deriveKernels } from './derive-kernels.js'
import type { Activation } from './operands.js'

describe('an unknown activation is refused by name', () => {
  const unknown = 'tahn' as Activation
  const derived = makeBackend(untyped(cpu()), deriveKernels(untyped(cpu())))
  for (const B of [cpu(), derived]) {
    const refusal = (where: string) => expect.objectContaining({ _tag: 'InvalidArgument', where, what: "activation 'tahn'" })
    test(B === derived ? 'by the derived kernels' : 'by cpu', () => {
      const [x, weight, bias] = [B.full([1, 2], 1), B.full([2, 3], 1), B.full([3], 1)]
      expect(() => B.activate(x, unknown)).toThrow(refusal('activate'))
      expect(() => B.affine(x, weight, bias, unknown)).toThrow(refusal('affine'))
    })
  }
})
