import type { TreeQuery } from '@tweedie/core'
import { describe, expect, it } from 'vitest'
import { cloudOf, plainTree } from './test-tree.js'
import { cloudTree, distances, exact, machine, memory, numbersOf, queriesOf, summaryOf, tensor, worst } from './test-tree-fixture.js'
import { treeOperations } from './tree.js'

const everything: TreeQuery[] = [
  { method: 'verified', opening: 0 },
  { method: 'certified', tolerance: 0 },
]

describe('a cloud tree in use', () => {
  it.each([1, 2, 6, 9])('comes nearer as groups are opened, in %i dimensions', async (d) => {
    const count = 64 * 64
    const points = cloudOf('normal', count, d, d).map((value, e) => value * (1 + (e % d)) + Math.sin(e))
    const tree = cloudTree(plainTree(points, d))
    for (const sigma of [0.1, 1, 8]) {
      const level = { alpha: 0.8, sigma }
      const x = queriesOf(points, d, 24, level, 5)
      const wanted = await exact(x, points, d, level)
      const spread = Math.sqrt(Array.from({ length: d }, (_, j) => (1 + j) ** 2 + 0.5).reduce((a, b) => a + b, 0))
      const unit = Math.min((Math.sqrt(d) * sigma) / level.alpha, spread)
      const errors = [1e-2, 1e-4, 1e-7].map((opening) =>
        memory.scope(() => {
          const found = distances(numbersOf(tree.mean(tensor(x, [24, d]), level, { method: 'verified', opening })), wanted.mean, d)
          return Math.sqrt(found.reduce((sum, e) => sum + e * e, 0) / 24) / unit
        }),
      )
      // An opening is a bound of a group's part of the error in this unit, up to a factor of the shape: some tens of groups share it.
      expect(errors[0]).toBeLessThan(0.15)
      expect(errors[1]).toBeLessThan(1e-2)
      expect(errors[2]).toBeLessThan(3e-4)
    }
    tree.free()
  })

  it('takes a far group for its Gaussian: exact to the fourth order at large noise', async () => {
    const points = cloudOf('lattice', 1025, 2, 3)
    const tree = cloudTree(plainTree(points, 2))
    const level = { alpha: 0.5, sigma: 200 }
    const x = queriesOf(points, 2, 20, level, 6)
    const wanted = await exact(x, points, 2, level)
    const found = memory.scope(() => {
      return summaryOf(
        tree.moments(tensor(x, [20, 2]), level, {
          method: 'verified',
          opening: 1,
        }),
      )
    })
    tree.free()
    // The skewness of a group of size r enters the mean by r (αr/σ)², about 5e-5 here, and the others by powers of αr/σ = 1/100.
    expect(worst(distances(found.mean, wanted.mean, 2))).toBeLessThan(5e-4)
    expect(worst(distances(found.logDensity, wanted.logDensity, 1))).toBeLessThan(1e-4)
    expect(worst(distances(found.covarianceTrace, wanted.covarianceTrace, 1))).toBeLessThan(0.02)
    expect(worst(distances(found.effectiveSampleSize, wanted.effectiveSampleSize, 1))).toBeLessThan(0.1)
  })

  it('gives each query what it gives it alone, whatever the order they are taken in', () => {
    const points = cloudOf('normal', 17_000, 4, 4)
    const tree = cloudTree(plainTree(points, 4))
    const level = { alpha: 0.9, sigma: 0.2 }
    const x = queriesOf(points, 4, 50, level, 2)
    x[6] = Number.NaN
    for (const query of [
      { method: 'verified', opening: 1e-3 },
      { method: 'certified', tolerance: 1e-3 },
    ] as const)
      memory.scope(() => {
        const together = numbersOf(tree.mean(tensor(x, [50, 4]), level, query))
        const alone = Array.from({ length: 50 }, (_, i) => [
          ...numbersOf(tree.mean(tensor(x.subarray(4 * i, 4 * i + 4), [1, 4]), level, query)),
        ])
        expect([...together]).toEqual(alone.flat())
      })
    tree.free()
  })

  it('gives the same bytes wherever chunks are cut', () => {
    const points = cloudOf('normal', 1500, 3, 1)
    const level = { alpha: 0.9, sigma: 0.3 }
    const x = queriesOf(points, 3, 40, level, 2)
    for (const query of [
      { method: 'verified', opening: 1e-3 },
      { method: 'certified', tolerance: 1e-3 },
    ] as const) {
      const whole = cloudTree(plainTree(points, 3))
      const cut = treeOperations({
        ...memory,
        machine: {
          ...machine,
          // From the last chunk to the first, each of one grain.
          parallel: (name, args, count, split) => {
            const scratch = machine.allocate(split.scratch ?? 16)
            for (let from = Math.floor((count - 1) / split.grain) * split.grain; from >= 0; from -= split.grain)
              machine.call(name, ...args, from, Math.min(count, from + split.grain), scratch)
            machine.release(scratch)
          },
        },
      }).cloudTree(plainTree(points, 3))
      memory.scope(() => {
        const [a, b] = [whole, cut].map((tree) => Object.values(tree.moments(tensor(x, [40, 3]), level, query)).map(numbersOf))
        expect(a).toEqual(b)
      })
      whole.free()
      cut.free()
    }
  })

  it('gives NaN for a query that is not finite, and density 0 at infinity', () => {
    const tree = cloudTree(plainTree(cloudOf('normal', 100, 2, 1), 2))
    const x = [Number.NaN, 0, Number.POSITIVE_INFINITY, 0, Number.NEGATIVE_INFINITY, Number.NaN, 0.1, 0.2]
    for (const query of everything)
      memory.scope(() => {
        const { mean, logDensity, covarianceTrace, effectiveSampleSize } = tree.moments(tensor(x, [4, 2]), { alpha: 1, sigma: 1 }, query)
        expect(Array.from(numbersOf(mean), Number.isNaN)).toEqual([true, true, true, true, true, true, false, false])
        expect(Array.from(numbersOf(logDensity)).slice(0, 3)).toEqual([Number.NaN, Number.NEGATIVE_INFINITY, Number.NaN])
        for (const t of [covarianceTrace, effectiveSampleSize])
          expect(Array.from(numbersOf(t), Number.isNaN)).toEqual([true, true, true, false])
      })
    tree.free()
  })

  it('prepares each noise level that it is asked for, leaks nothing, and takes no queries', () => {
    const points = cloudOf('normal', 5000, 2, 1)
    const x = queriesOf(points, 2, 5, { alpha: 1, sigma: 0.3 }, 3)
    const query = { method: 'verified', opening: 1e-3 } as const
    const levels = [0.3, 0.5, 0.3].map((sigma) => ({ alpha: 1, sigma }))
    const before = memory.liveTensors()
    memory.scope(() => {
      const one = cloudTree(plainTree(points, 2))
      const together = levels.map((level) => numbersOf(one.mean(tensor(x, [5, 2]), level, query)))
      const apart = levels.map((level) => {
        const tree = cloudTree(plainTree(points, 2))
        const found = numbersOf(tree.moments(tensor(x, [5, 2]), level, query).mean)
        tree.free()
        tree.free()
        return found
      })
      expect(together).toEqual(apart)
      expect(together[0]).not.toEqual(together[1])
      expect(one.mean(tensor([], [0, 2]), { alpha: 1, sigma: 1 }, query).shape).toEqual([0, 2])
      one.free()
    })
    expect(memory.liveTensors()).toBe(before)
  })

  it('refuses what it cannot use', () => {
    const tree = cloudTree(plainTree(cloudOf('normal', 10, 2, 1), 2))
    const tagOf = (body: () => unknown): unknown => {
      try {
        body()
      } catch (error) {
        return (error as { _tag?: unknown })._tag
      }
      return undefined
    }
    const level = { alpha: 1, sigma: 1 }
    const query = { method: 'verified', opening: 1 } as const
    memory.scope(() => {
      const x = tensor([0, 0], [1, 2])
      expect(tagOf(() => tree.mean(tensor([0, 0, 0], [1, 3]), level, query))).toBe('ShapeMismatch')
      expect(tagOf(() => tree.mean(tensor([0, 0], [2]), level, query))).toBe('ShapeMismatch')
      for (const sigma of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
        expect(tagOf(() => tree.mean(x, { alpha: 1, sigma }, query))).toBe('InvalidArgument')
      expect(tagOf(() => tree.mean(x, level, { method: 'verified', opening: -1 }))).toBe('InvalidArgument')
      expect(tagOf(() => tree.mean(x, level, { method: 'certified', tolerance: Number.NaN }))).toBe('InvalidArgument')
      tree.free()
      expect(tagOf(() => tree.mean(x, level, query))).toBe('InvalidArgument')
    })
  })
})
