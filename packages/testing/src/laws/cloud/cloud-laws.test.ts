import { edm, fromRows, ornsteinUhlenbeck, rectifiedFlow, vanishingLinear } from '@tweedie/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { B, broken, type CloudFaults, faultyCloud, lawful, type N } from '../field/test-fields.js'
import { LawBroken } from '../law.js'
import type { MakeCloudField } from './cases.js'
import { cloudLaws } from './cloud-laws.js'

/** The kernel of the oracle backend, freed when told. */
const kernel: MakeCloudField<N> =
  ({ data, rows, columns }, logWeights) =>
  (process) => {
    const points = B.tensor(data, [rows, columns])
    const held = logWeights && B.tensor(logWeights, [rows])
    const cloud = held ? { points, logWeights: held } : { points }
    const level = (t: number) => ({ alpha: process.alpha(t), sigma: process.sigma(t) })
    const field = lawful(
      (x, t) => B.posteriorMean(x, cloud, level(t)),
      (x, t) => B.posteriorMoments(x, cloud, level(t)).logDensity,
    )
    return Object.assign(field, { free: () => [points, ...(held ? [held] : [])].forEach((tensor) => B.free(tensor)) })
  }

const process = ornsteinUhlenbeck()
const names = cloudLaws(kernel, process, { dimension: 2 }).map(({ name }) => name)

// That a law is broken is what counts here, not by how small a case.
beforeAll(() => fc.configureGlobal({ endOnFailure: true }))
afterAll(() => fc.resetConfigureGlobal())

describe('cloudLaws', () => {
  test.each([process, vanishingLinear({ floor: 0.01 }), edm(), rectifiedFlow()])('hold for the kernel under $name', async (under) => {
    for (const dimension of [1, 2, 3]) expect(await broken(cloudLaws(kernel, under, { dimension }), { runs: 8 })).toEqual([])
  })

  test('hold for the definition in plain loops, without weights too', async () => {
    const plain = faultyCloud({})
    expect(await broken(cloudLaws(plain, process, { dimension: 2 }), { runs: 30 })).toEqual([])
    const unweighted: MakeCloudField<N> = (points, given) => {
      expect(given).toBeUndefined()
      return plain(points)
    }
    const laws = cloudLaws(unweighted, process, { dimension: 2, weights: false })
    expect(laws.map(({ name }) => name)).toEqual(names.filter((name) => !/weight (of|−Inf)|twice the weight|log-weights/.test(name)))
    expect(await broken(laws, { runs: 10 })).toEqual([])
  })

  test('leave no tensors behind', async () => {
    const before = B.liveTensors()
    await broken(cloudLaws(kernel, process, { dimension: 2 }), { runs: 3 })
    expect(B.liveTensors()).toBe(before)
  })

  test('each has a source', () => {
    for (const { source } of cloudLaws(kernel, process, { dimension: 1 })) expect(source).toMatch(/formulas\.md §1|eq\. \(|theorem|law of/)
  })
})

const [definition, hull, nearest, translation, rotation, order, scaling, doubled, twice, constant, absent, union] = names as [
  string,
  ...string[],
]

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
/** |x|² + |α y|² − 2 α x·y in float32. */
const expanded: CloudFaults['distance'] = (x, y, { alpha }) => {
  const f = Math.fround
  const dot = (a: readonly number[], b: readonly number[]): number => f(sum(a.map((value, j) => f(f(value) * f(b[j] as number)))))
  const z = y.map((value) => alpha * value)
  return f(f(dot(x, x) + dot(z, z)) - f(2 * dot(x, z)))
}

describe('cloudLaws catch', () => {
  const faults: readonly (readonly [string, CloudFaults, readonly (string | undefined)[]])[] = [
    ['the square expanded in float32', { distance: expanded }, [definition, translation]],
    ['σ in place of σ²', { scale: Math.sqrt }, [definition, scaling]],
    ['α dropped', { distance: (x, y) => sum(x.map((value, j) => (value - (y[j] as number)) ** 2)) }, [definition, translation]],
    [
      'a distance that is not Euclidean',
      { distance: (x, y, { alpha }) => sum(x.map((v, j) => Math.abs(v - alpha * (y[j] as number)))) ** 2 },
      [definition, rotation],
    ],
    ['the last point left out', { points: (all) => (all.length > 1 ? all.slice(0, -1) : all) }, [definition, order, twice]],
    ['log-weights left out', { weights: (given) => given.map(() => 0) }, [definition, twice, absent]],
    [
      'weights that are not normalised',
      { logNormaliser: (given) => Math.log(given.length) },
      [definition, doubled, constant].filter((n) => n !== doubled),
    ],
    ['a density without its normaliser of weights', { logNormaliser: () => 0 }, [definition, doubled, constant]],
    [
      'points that repeat taken once',
      {
        weights: (given, all) =>
          given.map((w, i) => (all.findIndex((y) => String(y) === String(all[i])) < i ? Number.NEGATIVE_INFINITY : w)),
      },
      [definition, twice],
    ],
    ['log-weights taken as weights', { weights: (given) => given.map((w) => Math.log(Math.max(w, 1e-3))) }, [definition, twice, constant]],
    ['a mean past the hull', { mean: (m, x, { alpha }) => m.map((v, j) => v + 0.01 * ((x[j] as number) / alpha - v)) }, [definition, hull]],
    ['a floor under the noise', { scale: (sigma) => Math.max(sigma, 0.1) }, [definition, nearest, scaling]],
    ['weights raised to a power', { share: Math.sqrt }, [definition, twice, union]],
    ['the nearest point for the mean', { share: (w) => (w === 1 ? 1 : 0) }, [definition, union]],
    ['the sign of the mean', { mean: (m) => m.map((v) => -v) }, [definition, hull, nearest, translation]],
  ]

  test.each(faults)('%s', async (_, fault, expected) => {
    const found = await broken(cloudLaws(faultyCloud(fault), process, { dimension: 2 }), { runs: 40, seed: 5 })
    expect(found).toEqual(expect.arrayContaining([...expected]))
  })

  test('with the name, the source and the case', async () => {
    const error = await (
      cloudLaws(faultyCloud({ scale: Math.sqrt }), process, { dimension: 1 })[0] as { check: (p: object) => Promise<void> }
    )
      .check({ seed: 5 })
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(LawBroken)
    expect(error).toMatchObject({ law: definition, source: 'docs/formulas.md §1; paper B, eq. (64) and (78)', seed: 5 })
  })

  test('every law, by some fault', () => {
    const caught = new Set(faults.flatMap(([, , expected]) => expected))
    expect(names.filter((name) => !caught.has(name))).toEqual([])
  })

  test('a field that holds NaN, by every law', async () => {
    const nan = faultyCloud({ mean: (m) => m.map(() => Number.NaN) })
    expect(await broken(cloudLaws(nan, process, { dimension: 1 }), { runs: 5 })).toEqual(names)
    expect(fromRows([[1]]).rows).toBe(1)
  })
})
