import { key, type Matrix, normalArray, type Vector } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { autodiff } from './autodiff.js'
import type { Traced } from './traced.js'

const B = cpu()
const D = autodiff(B)
const size = fc.integer({ min: 1, max: 5 })

describe('the Jacobian', () => {
  it('of x ↦ A·(x ∘ x) is A·diag(2x), with more rows than columns and with fewer', async () => {
    await fc.assert(
      fc.asyncProperty(size, size, fc.nat(), async (m, n, seed) => {
        const [a, x] = [normalArray(key(seed), m * n), normalArray(key(seed + 1), n)]
        const A: Matrix<CpuTensor> = B.tensor(a, [m, n])
        const f = (at: Vector<Traced<CpuTensor>>): Vector<Traced<CpuTensor>> =>
          D.reshape(D.matMul(D.lift(A), D.reshape(D.square(at), [n, 1] as [number, number])), [m] as [number])
        const jacobian = D.jacobian(f, B.tensor(x, [n] as [number]))
        expect(B.shape(jacobian)).toEqual([m, n])
        const found = await B.read(jacobian)
        // One product each, and its rounding.
        a.forEach((each, k) => expect(found[k]).toBeCloseTo(each * 2 * (x[k % n] as number), 13))
      }),
    )
  })
})
