import { choiceWithReplacement, fromRows, type Key, type NoiseLevel, ornsteinUhlenbeck, takeRows, vpLinear } from '@tweedie/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plainPosterior, rowsOf } from '../cloud/posterior.js'
import { type FieldLawOptions, fieldLaws } from './field-laws.js'
import type { LawfulField } from './pointwise.js'
import { B, broken, type HostLaw, hostField, type N } from './test-fields.js'

// That a law is broken is what counts here, not by how small a case.
beforeAll(() => fc.configureGlobal({ endOnFailure: true }))
afterAll(() => fc.resetConfigureGlobal())

const process = ornsteinUhlenbeck()
const cloud = fromRows([[1], [-0.6], [0.2]])
const rows = rowsOf(cloud)
const plain: HostLaw = {
  mean: (x, level) => plainPosterior(rows, undefined, x, level).mean,
  logDensity: (x, level) => plainPosterior(rows, undefined, x, level).logDensity,
}
const mean = [0.2]
const known = {
  dimension: 1,
  radius: 1,
  support: 1,
  mean,
  covarianceTrace: 1.4 / 3 - 0.2 ** 2,
  sample: (count: number, key: Key) => takeRows(cloud, choiceWithReplacement(key, 3, count)),
  draws: 400,
}
/** Every law there is: with a score and moments of the field's own. */
const full = (law: HostLaw, extra: Partial<LawfulField<N>> = {}): LawfulField<N> => {
  const field = hostField(law)(process)
  const level = (t: number): NoiseLevel => ({ alpha: process.alpha(t), sigma: process.sigma(t) })
  const points = B.tensor(cloud.data, [3, 1])
  return Object.assign(field, {
    score: (x, t) => B.scope(() => B.mul(B.sub(B.mul(field(x, t), level(t).alpha), x), 1 / level(t).sigma ** 2)),
    moments: (x, t) => B.posteriorMoments(x, { points }, level(t)),
    ...extra,
  } satisfies Partial<LawfulField<N>>)
}

const laws = fieldLaws(full(plain), process, known)
const names = laws.map(({ name }) => name)
const [rowsAlone, finite, tweedie, jacobian, score, moments, normalised, tower, variance, markov, orthogonal, square] = names as [
  string,
  ...string[],
]

describe('fieldLaws with what is known of the data', () => {
  test('hold, each with a source', async () => {
    expect(await broken(laws, { runs: 5, seed: 1 })).toEqual([])
    expect(names).toHaveLength(12)
    for (const { source } of laws) expect(source.length).toBeGreaterThan(20)
  })

  test('hold in two dimensions, under another process', async () => {
    const plane = [
      [1, 0.4],
      [-0.6, 0.1],
      [0.2, -1],
    ]
    const field = hostField({
      mean: (x, level) => plainPosterior(plane, undefined, x, level).mean,
      logDensity: (x, level) => plainPosterior(plane, undefined, x, level).logDensity,
    })(vpLinear())
    const given = {
      dimension: 2,
      support: 1,
      mean: [0.2, -0.5 / 3],
      covarianceTrace: (1.16 + 0.37 + 1.04) / 3 - 0.2 ** 2 - (0.5 / 3) ** 2,
    }
    expect(await broken(fieldLaws(field, vpLinear(), given), { runs: 2 })).toEqual([])
  })

  test('are left out where nothing is known, and in three dimensions', () => {
    const count = (options: FieldLawOptions) => fieldLaws(hostField(plain)(process), process, options).length
    expect(count({ dimension: 2 })).toBe(4)
    expect(count({ dimension: 2, support: 1 })).toBe(6)
    expect(count({ dimension: 2, support: 1, mean })).toBe(7)
    expect(count({ dimension: 3, support: 1, mean, covarianceTrace: 1 })).toBe(4)
    expect(count({ dimension: 2, sample: known.sample })).toBe(6)
  })

  test('refuse a support that the noise never covers', () => {
    expect(() => fieldLaws(hostField(plain)(process), process, { dimension: 2, support: 1e6 })).toThrow(
      expect.objectContaining({ _tag: 'InvalidArgument', where: 'fieldLaws' }),
    )
  })

  test('leave no tensors behind', async () => {
    const field = full(plain)
    const before = B.liveTensors()
    await broken(fieldLaws(field, process, known), { runs: 1, seed: 1 })
    expect(B.liveTensors()).toBe(before)
  })
})

describe('fieldLaws catch', () => {
  const wrongMean = (change: (m: readonly number[], x: readonly number[], level: NoiseLevel) => readonly number[]): LawfulField<N> =>
    full({ ...plain, mean: (x, level) => change(plain.mean(x, level), x, level) })
  /** m and ln p that fit each other but are of another law. */
  const otherLaw = (points: number[][], at: (level: NoiseLevel) => NoiseLevel = (level) => level): LawfulField<N> =>
    full({
      mean: (x, level) => plainPosterior(points, undefined, x, at(level)).mean,
      logDensity: (x, level) => plainPosterior(points, undefined, x, at(level)).logDensity,
    })

  const faults: readonly (readonly [string, LawfulField<N>, readonly (string | undefined)[]])[] = [
    [
      'a missing normaliser',
      full({ ...plain, logDensity: (x, level) => plain.logDensity(x, level) + Math.log(level.sigma) }),
      [normalised, moments, markov],
    ],
    ['a normaliser off by 1e-8', full({ ...plain, logDensity: (x, level) => plain.logDensity(x, level) + 1e-8 }), [normalised]],
    [
      'the wrong sign',
      wrongMean((m, x, { alpha }) => m.map((value, j) => (2 * (x[j] as number)) / alpha - value)),
      [tweedie, moments, variance, markov, orthogonal, square],
    ],
    ['another cloud', otherLaw([[1], [0.2]]), [tower, variance, orthogonal]],
    [
      'α dropped',
      wrongMean((_, x, { sigma }) => plainPosterior(rows, undefined, x, { alpha: 1, sigma }).mean),
      [tweedie, tower, variance, markov, square],
    ],
    ['σ for σ²', otherLaw(rows, ({ alpha, sigma }) => ({ alpha, sigma: Math.sqrt(sigma) })), [tweedie, moments, tower, markov]],
    ['a constant mean', wrongMean(() => mean), [tweedie, moments, variance, square]],
    [
      'a score of the wrong sign',
      full(plain, {
        score: (x, t) => B.scope(() => B.mul(B.sub(x, B.mul(full(plain)(x, t), process.alpha(t))), 1 / process.sigma(t) ** 2)),
      }),
      [score],
    ],
    ['NaN in the log-density', full({ ...plain, logDensity: () => Number.NaN }), [finite, tweedie, moments, normalised, markov]],
  ]
  test.each(faults)('%s', async (_, field, expected) => {
    expect(await broken(fieldLaws(field, process, known), { runs: 8, seed: 5 })).toEqual(expect.arrayContaining([...expected]))
  })

  test('a Jacobian that is symmetric with a positive diagonal but indefinite', async () => {
    // ∂m/∂x = [[1, 2], [2, 1]], whose eigenvalues are 3 and −1.
    const saddle = hostField({ logDensity: () => 0, mean: ([a = 0, b = 0]) => [a + 2 * b, 2 * a + b] })(process)
    expect(await broken(fieldLaws(saddle, process, { dimension: 2, radius: 1 }), { runs: 10 })).toEqual([tweedie, jacobian])
  })

  test('every law but the one about rows, which has a test of its own', () => {
    const caught = new Set([jacobian, ...faults.flatMap(([, , expected]) => expected)])
    expect(names.filter((name) => !caught.has(name))).toEqual([rowsAlone])
  })
})
