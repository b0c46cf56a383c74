import { describe, expect, it } from 'vitest'
import { cpu } from '../cpu/index.js'
import { key } from '../random/key.js'
import { counted } from './counted.js'

describe('counted', () => {
  it('counts calls, bytes and floating-point operations', () => {
    const B = counted(cpu())
    const x = B.normal(key(1), [10, 4])
    B.matMul(x, B.transpose(x))
    B.matMul(x, B.full([4, 2], 1))
    expect(B.counts()).toEqual({
      normal: { calls: 1, bytes: 8 * 40, flops: 40 },
      transpose: { calls: 1, bytes: 8 * 80, flops: 0 },
      full: { calls: 1, bytes: 8 * 8, flops: 0 },
      matMul: { calls: 2, bytes: 8 * (40 + 40 + 100 + 40 + 8 + 20), flops: 2 * 10 * 4 * 10 + 2 * 10 * 4 * 2 },
    })
    expect(B.totals()).toEqual({ calls: 5, bytes: 8 * (40 + 80 + 8 + 248), flops: 40 + 800 + 160 })
    B.resetCounts()
    expect(B.counts()).toEqual({})
    expect(B.totals()).toEqual({ calls: 0, bytes: 0, flops: 0 })
  })

  it('a kernel is one call, with all that it reads and writes; float32 has half the bytes', () => {
    const B = counted(cpu({ dtype: 'float32' }))
    const [x, points, logWeights] = [B.full([3, 2], 0), B.full([5, 2], 1), B.full([5], 0)]
    B.resetCounts()
    B.posteriorMoments(x, { points, logWeights }, { alpha: 1, sigma: 1 })
    const mean = 10 + 3 * 30 + 2 * 15 + (5 * 15 + 2 * 30)
    expect(B.counts()).toEqual({
      posteriorMoments: { calls: 1, bytes: 4 * (6 + 10 + 5 + 6 + 3 + 3 + 3), flops: mean + 3 * 30 + 4 * 15 + 5 * 3 },
    })
  })

  it('does not count what throws, and gives a copy', () => {
    const B = counted(cpu())
    const x = B.full([2], 1)
    const counts = B.counts()
    const axis: number = 3
    expect(() => B.sum(x, axis)).toThrow()
    B.sum(x)
    expect(Object.keys(counts)).toEqual(['full'])
    expect(Object.keys(B.counts())).toEqual(['full', 'sum'])
    expect(B.counts()['sum']?.calls).toBe(1)
    expect(B.name).toBe('counted(cpu)')
  })
})
