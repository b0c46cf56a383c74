import { key, normalArray, type TreeQuery } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cloudKinds, cloudOf, plainTree } from './test-tree.js'
import { cloudTree, diagonal, distances, exact, memory, numbersOf, queriesOf, summaryOf, tensor, worst } from './test-tree-fixture.js'

const counts = fc.oneof(fc.constantFrom(1, 2, 63, 64, 65, 128, 1024, 1025, 1100), fc.integer({ min: 1, max: 700 }))
const trials = fc.record({
  kind: fc.constantFrom(...cloudKinds),
  d: fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 9, 11),
  count: counts,
  seed: fc.nat(1e6),
  rank: fc.nat(11),
  weightSize: fc.constantFrom(0, 1, 30),
  alpha: fc.oneof(fc.constantFrom(0, 1, 1e-3), fc.double({ min: 0.01, max: 1, noNaN: true })),
  logNoise: fc.double({ min: -6, max: 1, noNaN: true }),
})
type Trial = typeof trials extends fc.Arbitrary<infer T> ? T : never

const setUp = ({ kind, d, count, seed, rank, weightSize, alpha, logNoise }: Trial) => {
  const points = cloudOf(kind, count, d, seed)
  const logWeights = weightSize === 0 ? undefined : normalArray(key(seed + 1), count).map((value) => weightSize * value)
  // Noise that float32 can add to α y: below it the rounded queries would be many σ away from all points.
  const smallest = 2 ** -22 * alpha * points.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const level = { alpha, sigma: Math.max(smallest, 10 ** logNoise) }
  const x = queriesOf(points, d, 9, level, seed + 2)
  return {
    d,
    points,
    logWeights,
    level,
    x,
    tree: cloudTree(plainTree(points, d, logWeights, Math.min(rank, d))),
    extent: diagonal(points, d),
  }
}

/**
 * How far rounding may move a mean. Exponents q are rounded by a few 2⁻²⁴ q, and by 2⁻²⁴ √q α Δ/σ since offsets within a block are: for the points
 * that count, whose q is at most some tens, weights move by so much, and with them the mean by 2⁻¹⁷ Δ at most; and it is a float32 number itself, after a rounding or two.
 * Queries are x = αy + σz, so none is far from the points in terms of the noise.
 */
const roundingOf = (extent: number, mean: Float64Array): number => 2 ** -17 * extent + 2 ** -22 * worst(Array.from(mean, Math.abs)) + 1e-30

const everything: TreeQuery[] = [
  { method: 'verified', opening: 0 },
  { method: 'certified', tolerance: 0 },
]

describe('a cloud tree in float32', () => {
  it.each(everything)('has the mean of the sums over all points: %o', async (query) => {
    await fc.assert(
      fc.asyncProperty(trials, async (trial) => {
        const { d, points, logWeights, level, x, tree, extent } = setUp(trial)
        const wanted = await exact(x, points, d, level, logWeights)
        const found = memory.scope(() => numbersOf(tree.mean(tensor(x, [9, d]), level, query)))
        tree.free()
        expect(worst(distances(found, wanted.mean, d))).toBeLessThanOrEqual(roundingOf(extent, wanted.mean))
      }),
      { numRuns: 40 },
    )
  })

  it.each([...everything, { method: 'certified', tolerance: 1e-2 } as const])('has the moments: %o', async (query) => {
    await fc.assert(
      fc.asyncProperty(trials, async (trial) => {
        const { d, points, logWeights, level, x, tree, extent } = setUp({ ...trial, logNoise: Math.max(trial.logNoise, -3) })
        const wanted = await exact(x, points, d, level, logWeights)
        const found = memory.scope(() => {
          return summaryOf(tree.moments(tensor(x, [9, d]), level, query))
        })
        tree.free()
        const differences = (a: Float64Array, b: Float64Array): number[] => Array.from(a, (value, i) => Math.abs(value - (b[i] as number)))
        // A share ε moves the trace by ε Δ², and the sample size by 2ε of it: ε = 2⁻²⁴ (q + √q αΔ/σ) with some tens of q; and it is 2⁻²⁰ where groups are left out.
        const share = 2 ** -17 * (1 + (level.alpha * extent) / level.sigma / 16) + 2 ** -19
        expect(
          worst(differences(found.logDensity, wanted.logDensity).map((e, i) => e / (1 + Math.abs(wanted.logDensity[i] as number)))),
        ).toBeLessThanOrEqual(share)
        const kept = query.method === 'certified' ? query.tolerance : 0
        expect(worst(distances(found.mean, wanted.mean, d))).toBeLessThanOrEqual(roundingOf(extent, wanted.mean) + kept)
        // Points that are all equal have a trace of the rounding of the oracle, whose sum of a thousand is off by 10⁻¹³ at most.
        expect(worst(differences(found.covarianceTrace, wanted.covarianceTrace))).toBeLessThanOrEqual(
          share * extent ** 2 + 2 * kept * extent + 1e-26,
        )
        expect(
          worst(
            differences(found.effectiveSampleSize, wanted.effectiveSampleSize).map((e, i) => e / (wanted.effectiveSampleSize[i] as number)),
          ),
        ).toBeLessThanOrEqual(4 * share)
      }),
      { numRuns: 25 },
    )
  })

  it('keeps to a certified tolerance', async () => {
    await fc.assert(
      fc.asyncProperty(trials, fc.double({ min: -5, max: 0, noNaN: true }), async (trial, power) => {
        const { d, points, logWeights, level, x, tree, extent } = setUp(trial)
        const wanted = await exact(x, points, d, level, logWeights)
        const tolerance = extent * 10 ** power
        const found = memory.scope(() => numbersOf(tree.mean(tensor(x, [9, d]), level, { method: 'certified', tolerance })))
        tree.free()
        expect(worst(distances(found, wanted.mean, d))).toBeLessThanOrEqual(tolerance + roundingOf(extent, wanted.mean))
      }),
      { numRuns: 40 },
    )
  })
})
