import { checked, counted, key, type Matrix } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { autodiff, loadParameters, type Parameters, saveParameters, type Traced } from '@tweedie/nn'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rawNet } from './raw-net.js'
import { largestDifference } from './test-support.js'

const B = checked(cpu())

describe('rawNet', () => {
  it('is the perceptron of (x, t)', async () => {
    const network = rawNet({ dimension: 2, hidden: [5, 4] })
    expect(network.name).toBe('raw net 3-5-4-2 tanh')
    const parameters = network.initialise(B, key(1))
    const byHand = network.mlp.apply(B)(parameters, B.tensor([0.5, -1, 0.1, 2, 3, 0.7], [2, 3]))
    const applied = network.apply(B)(parameters, B.tensor([0.5, -1, 2, 3], [2, 2]), Float64Array.of(0.1, 0.7))
    expect(await B.read(applied)).toEqual(await B.read(byHand))
  })

  it('does nothing else: a tensor of the times, one concatenation and a layer each', () => {
    const C = counted(cpu())
    const network = rawNet({ dimension: 2, hidden: [5, 4] })
    const parameters = network.initialise(C, key(1))
    const x = C.full([3, 2], 0.5)
    C.resetCounts()
    network.apply(C)(parameters, x, Float64Array.of(0.1, 0.2, 0.3))
    const counts = Object.fromEntries(Object.entries(C.counts()).map(([name, { calls }]) => [name, calls]))
    expect(counts).toEqual({ tensor: 1, concat: 1, affine: 3 })
  })

  it('gives the same for a shared time as for that time in every row, whatever the depth', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
        fc.constantFrom('tanh' as const, 'silu' as const),
        fc.nat({ max: 4 }),
        fc.double({ min: 0, max: 10, noNaN: true }),
        fc.nat(),
        async (dimension, hidden, activation, rows, t, seed) => {
          const network = rawNet({ dimension, hidden, activation })
          const parameters = network.initialise(B, key(seed))
          const x = B.normal(key(seed + 1), [rows, dimension])
          const before = B.liveTensors()
          const one = network.apply(B)(parameters, x, t)
          const each = network.apply(B)(parameters, x, new Float64Array(rows).fill(t))
          expect(B.liveTensors()).toBe(before + 2)
          expect([...B.shape(one)]).toEqual([rows, dimension])
          // The order of a sum of a few terms of size 10.
          expect(await largestDifference(B, one, each)).toBeLessThan(1e-12)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('is initialised by its key alone, and its parameters go through a file', async () => {
    const network = rawNet({ dimension: 2, hidden: [6] })
    const parameters = network.initialise(B, key(3))
    const bytes = await saveParameters(B, parameters)
    expect(await saveParameters(B, network.initialise(B, key(3)))).toEqual(bytes)
    expect(await saveParameters(B, network.initialise(B, key(4)))).not.toEqual(bytes)
    const read = loadParameters(B, network.mlp, bytes)
    if (read._tag === 'Left') throw read.left
    const x = B.normal(key(5), [3, 2])
    expect(await B.read(network.apply(B)(read.right, x, 0.5))).toEqual(await B.read(network.apply(B)(parameters, x, 0.5)))
  })

  it('has the same gradient for a shared time as for that time in every row', async () => {
    const D = autodiff(B)
    const network = rawNet({ dimension: 2, hidden: [5, 5] })
    const parameters = network.initialise(B, key(6))
    const x = B.normal(key(7), [4, 2])
    const gradient = (times: number | Float64Array) =>
      D.gradient((p: Parameters<Traced<CpuTensor>>) => D.sum(D.square(network.apply(D)(p, D.lift(x), times))))(parameters)
    const [one, each] = [gradient(0.3), gradient(new Float64Array(4).fill(0.3))]
    for (const [k, { weight, bias }] of one.entries()) {
      const other = each[k] as (typeof each)[number]
      expect(await largestDifference(B, weight, other.weight)).toBeLessThan(1e-12)
      expect(await largestDifference(B, bias, other.bias)).toBeLessThan(1e-12)
    }
  })

  it('refuses x, times and parameters that do not fit', () => {
    const network = rawNet({ dimension: 2, hidden: [4] })
    const parameters = network.initialise(B, key(1))
    const apply = network.apply(B)
    const x = B.full([3, 2], 0)
    expect(() => apply(parameters, B.full([3, 3], 0), 0.5)).toThrow(/rawNet: x of shape \[3, 3\].*\[M, 2\]/)
    expect(() => apply(parameters, B.full([6], 0) as unknown as Matrix<CpuTensor>, 0.5)).toThrow(/x of shape \[6\]/)
    expect(() => apply(parameters, x, Float64Array.of(1, 2))).toThrow(/2 times for 3 rows/)
    expect(() => apply(parameters, x, Number.NaN)).toThrow(/time NaN\./)
    expect(() => apply(parameters, x, Float64Array.of(1, Number.POSITIVE_INFINITY, 2))).toThrow(/time Infinity of row 1/)
    const other = rawNet({ dimension: 2, hidden: [5] }).initialise(B, key(1))
    for (const times of [0.5, Float64Array.of(0.1, 0.2, 0.3)]) {
      expect(() => apply(other, x, times)).toThrow(/\[3, 5\].*\[3, 4\]/)
      expect(() => apply([], x, times)).toThrow(expect.objectContaining({ _tag: 'ShapeMismatch' }))
      expect(() => apply(parameters.slice(0, 1), x, times)).toThrow(/1 layers for a network of 2/)
      const [first, ...rest] = parameters
      if (first === undefined) throw new Error('a layer is expected')
      // A bias of one number would broadcast.
      expect(() => apply([{ weight: first.weight, bias: B.full([1], 0) }, ...rest], x, times)).toThrow(/bias.*\[1\].*\[4\]/)
    }
    expect(() => rawNet({ dimension: 0, hidden: [4] })).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
    expect(() => rawNet({ dimension: 2, hidden: [0] })).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
    expect(() => rawNet({ dimension: 2, hidden: [4], activation: 'sine' as never })).toThrow(/'sine'/)
  })
})
