import { untyped } from '@tweedie/core'
import { backendConformance, type Law } from '@tweedie/testing'
import { expect, test } from 'vitest'
import type { TfTensor } from '../tf.js'
import type { TfjsBackend } from '../tfjs.js'

const level = { alpha: 1, sigma: 0.5 }

/** What every backend's posterior does at the edges, and the conformance suite's laws of it. */
export const testEdges = (backend: () => TfjsBackend, runs: number): void => {
  const numbers = async (given: { x: number[][]; points: number[][]; logWeights?: number[] }) => {
    const P = untyped(backend())
    const matrix = (rows: number[][], d: number): TfTensor => P.tensor(rows.flat(), [rows.length, d])
    const d = given.points[0]?.length as number
    const cloud = {
      points: matrix(given.points, d),
      ...(given.logWeights && { logWeights: P.tensor(given.logWeights, [given.logWeights.length]) }),
    }
    const out = P.posteriorMoments(matrix(given.x, d), cloud, level)
    const alone = P.posteriorMean(matrix(given.x, d), cloud, level)
    const read = async (each: TfTensor): Promise<number[]> => Array.from(await P.read(each))
    const mean = await read(out.mean)
    expect(await read(alone)).toEqual(mean)
    return {
      mean,
      logDensity: await read(out.logDensity),
      trace: await read(out.covarianceTrace),
      ess: await read(out.effectiveSampleSize),
    }
  }

  test('a query that is NaN gives NaN in its own row, one at infinity has density 0', async () => {
    const x = [
      [0, 1],
      [Number.NaN, 1],
      [1, Number.POSITIVE_INFINITY],
      [Number.NaN, Number.NEGATIVE_INFINITY],
      [0, 1],
    ]
    const points = [
      [1, 1],
      [-1, 1],
    ]
    const { mean, logDensity, trace, ess } = await numbers({ x, points })
    const none = Number.NaN
    expect(mean).toEqual([0, 1, none, none, none, none, none, none, 0, 1])
    expect(trace).toEqual([1, none, none, none, 1])
    expect(ess).toEqual([2, none, none, none, 2])
    expect(logDensity.slice(1, 4)).toEqual([none, Number.NEGATIVE_INFINITY, none])
    expect(logDensity[0]).toBeCloseTo(-2 - Math.log(2 * Math.PI * 0.25), 5)
  })

  test('a log-weight of −Infinity leaves a point out, the nearest too; all of them give NaN', async () => {
    const [x, points] = [[[0]], [[0], [1], [-1]]]
    const some = await numbers({ x, points, logWeights: [Number.NEGATIVE_INFINITY, 3, 3] })
    expect([...some.mean, ...some.trace, ...some.ess]).toEqual([0, 1, 2])
    expect(some.logDensity[0]).toBeCloseTo(-2 - 0.5 * Math.log(2 * Math.PI * 0.25), 5)
    const none = await numbers({ x, points, logWeights: [0, 0, 0].map(() => Number.NEGATIVE_INFINITY) })
    expect(Object.values(none).flat().every(Number.isNaN)).toBe(true)
  })

  test('NaN and infinities of the cloud do not pass silently', async () => {
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const ofPoint = await numbers({ x: [[0]], points: [[0], [odd]] })
      expect(Object.values(ofPoint).flat().every(Number.isNaN)).toBe(true)
      const ofWeight = await numbers({ x: [[0]], points: [[0], [1]], logWeights: [0, odd] })
      expect(Object.values(ofWeight).flat().every(Number.isNaN)).toBe(true)
    }
  })

  test('the mean is the point itself where the noise is small, to the last bit', async () => {
    const points = Array.from({ length: 50 }, (_, i) => [Math.fround(10 + Math.sin(i)), Math.fround(1.05 - 0.1 * i)])
    const P = untyped(backend())
    const y = P.tensor(points.flat(), [50, 2])
    const mean = P.posteriorMean(y, { points: y }, { alpha: 1, sigma: 1e-4 })
    expect(Array.from(await P.read(mean))).toEqual(points.flat())
    for (const each of [y, mean]) P.free(each)
  })

  test('no queries, and points without columns', async () => {
    const P = untyped(backend())
    const points = P.tensor([1, 2, 3, 4], [2, 2])
    const nobody = P.posteriorMoments(P.full([0, 2], 0), { points }, level)
    expect(Object.values(nobody).map((each) => P.shape(each))).toEqual([[0, 2], [0], [0], [0]])
    expect(P.shape(P.posteriorMean(P.full([0, 2], 0), { points }, level))).toEqual([0, 2])
    const flat = P.posteriorMoments(P.full([3, 0], 0), { points: P.full([2, 0], 0), logWeights: P.tensor([0, 1], [2]) }, level)
    expect(P.shape(flat.mean)).toEqual([3, 0])
    expect(Array.from(await P.read(flat.covarianceTrace))).toEqual([0, 0, 0])
    // The density of nothing is 1.
    for (const each of await P.read(flat.logDensity)) expect(each).toBeCloseTo(0, 6)
  })

  test.each(['posteriorMean', 'posteriorMoments'])('conforms: %s', async (name) => {
    const B = backend()
    const laws: readonly Law[] = backendConformance(() => B, B.describe().declared).laws.filter((each) =>
      each.name.split(/\W/).includes(name),
    )
    expect(laws.length).toBeGreaterThan(0)
    for (const each of laws) await each.check({ runs, shrinkSeconds: 2 })
  })
}
