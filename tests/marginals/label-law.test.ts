import { fold, fromRows, key, uniformLogSnr, vanishingLinear } from '@tweedie/core'
import { labelledPairs } from '@tweedie/density'
import { dpmSolver2M, dpmSolverSde, probabilityFlow, reverseSde, solve } from '@tweedie/ode-sde'
import { pointCloud } from '@tweedie/score'
import { beforeAll, describe, expect, test } from 'vitest'
import { B, drawAt, points } from './laws.js'
import { compare, type Profile, profileOf, projections } from './two-sample.js'

// docs/formulas.md §2: labels follow the data's kernel density of bandwidth √floor. Paper A starts from N(0, I) where α = floor, not 0; what that
// changes is part of what is tested.

const [count, references] = [4000, 60_000]
const features = 7
/** Each of two comparisons a floor refuses what is right with probability at most 1e-6. */
const level = 1e-6 / (2 * features)

for (const floor of [0.01, 0.04])
  describe(`the labels of a cloud at floor ${floor}`, () => {
    const process = vanishingLinear({ floor })
    const source = pointCloud(B, fromRows(points.map(({ mean }) => [...mean])))(process)
    const grid = uniformLogSnr(process, 60)
    /** ln of the kernel density at the bandwidth that is claimed, so that a spread that is off shows. */
    const logDensity = async (points: Float64Array): Promise<Float64Array> => {
      const values = await B.read(source.logDensity(B.tensor(points, [points.length / 2, 2]), 0))
      return Float64Array.from(values)
    }
    const profile = (points: Float64Array) => profileOf(points, [...projections(6), logDensity])
    /** y_i + bandwidth · Z, exactly. */
    const kernelDraws = (bandwidth: number) =>
      drawAt({ parts: points, process: { ...process, alpha: () => 1, sigma: () => bandwidth } }, 0, fold(key(77), 0), references)
    let [labels, exact]: Profile[] = []
    beforeAll(async () => {
      const { targets } = await labelledPairs(B, probabilityFlow(B, process, source), { solver: dpmSolver2M, grid, count, key: key(78) })
      labels = await profile(targets.data)
      exact = await profile(kernelDraws(Math.sqrt(floor)))
    })
    const expectSame = (a: Profile | undefined) => {
      const { refused, share } = compare(a as Profile, exact as Profile, level)
      expect(refused, `the largest distance is ${share.toFixed(2)} of the bound`).toBe(false)
    }

    test('follow its kernel density of bandwidth √floor', () => {
      expect([process.alpha(0), process.sigma(0)]).toEqual([1, Math.sqrt(floor)])
      expectSame(labels)
    })

    test('as the samples of the reverse equation do', async () => {
      const initial = B.normal(key(79), [count, 2])
      const { x } = await solve(B, reverseSde(B, process, source), { initial, grid, solver: dpmSolverSde, key: key(80) })
      expectSame(await profile(Float64Array.from(await B.read(x))))
    })

    test('and not that of another bandwidth, a fifth more or less, nor that of the points themselves', async () => {
      for (const factor of [0, 0.8, 1.2])
        expect(compare(labels as Profile, await profile(kernelDraws(factor * Math.sqrt(floor))), level).refused).toBe(true)
    })
  })
