import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { untyped } from '../backend/backend.js'
import { deriveKernels } from '../backend/derive-kernels.js'
import { key } from '../random/key.js'
import { cpu } from './cpu.js'
import type { CpuTensor } from './strided.js'

// What the cpu backend fuses must be, bit for bit, what its primitives give.
const B = cpu()
const P = untyped(B)
const derived = deriveKernels(P)
const same = async (a: CpuTensor, b: CpuTensor): Promise<void> => {
  expect(a.shape).toEqual(b.shape)
  expect(await P.read(a)).toEqual(await P.read(b))
}

describe('fused kernels of the cpu backend', () => {
  it('affine', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 3, maxLength: 3 }),
        fc.constantFrom('identity' as const, 'tanh' as const, 'relu' as const, 'silu' as const, 'gelu' as const),
        fc.constantFrom('row', 'matrix', 'scalar'),
        fc.nat(1e6),
        async ([m = 0, k = 0, p = 0], activation, bias, seed) => {
          const x = P.normal(key(seed), [m, k])
          // A transposed view, as the reverse sweep passes it.
          const weight = P.transpose(P.normal(key(seed + 1), [p, k]))
          const b = P.normal(key(seed + 2), bias === 'row' ? [p] : bias === 'matrix' ? [1, p] : [])
          await same(P.affine(x, weight, b, activation), derived.affine(x, weight, b, activation))
        },
      ),
      { numRuns: 150, seed: 3 },
    )
  })

  it('affine leaves its operands alone, and one tensor alive', async () => {
    const [x, weight, bias] = [P.normal(key(1), [3, 2]), P.normal(key(2), [2, 4]), P.normal(key(3), [4])]
    const before = [await P.read(x), await P.read(weight), await P.read(bias)]
    const live = P.liveTensors()
    for (const activation of ['identity', 'tanh', 'relu', 'silu', 'gelu'] as const) P.free(P.affine(x, weight, bias, activation))
    expect(P.liveTensors()).toBe(live)
    expect([await P.read(x), await P.read(weight), await P.read(bias)]).toEqual(before)
  })

  it('adamUpdate', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 }),
        fc.nat(1e6),
        fc.integer({ min: 1, max: 2000 }),
        async (shape, seed, step) => {
          const state = {
            parameter: P.normal(key(seed), shape),
            first: P.normal(key(seed + 1), shape),
            second: P.square(P.normal(key(seed + 2), shape)),
          }
          const gradient = P.transpose(P.normal(key(seed + 3), [...shape].reverse()))
          const settings = { rate: 2e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step }
          const [fused, plain] = [P.adamUpdate(state, gradient, settings), derived.adamUpdate(state, gradient, settings)]
          for (const part of ['parameter', 'first', 'second'] as const) await same(fused[part], plain[part])
        },
      ),
      { numRuns: 100, seed: 4 },
    )
  })
})
