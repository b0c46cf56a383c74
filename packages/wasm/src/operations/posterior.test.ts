import { type Cloud, type CloudPosterior, key, type NoiseLevel, normalArray, type Shape, untyped } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeMachine } from '../machine/machine.js'
import { wasmMemory } from '../memory/memory.js'
import type { WasmTensor } from '../memory/tensor.js'
import { posterior } from './posterior.js'
import { boundsOf } from './posterior-bounds.js'

const machine = makeMachine({ threads: 1 })
const P = untyped(cpu())
const names = ['mean', 'logDensity', 'covarianceTrace', 'effectiveSampleSize'] as const
type Arrays = Readonly<Record<(typeof names)[number], Float64Array>>

/** Numbers on the host: queries [m, d], points [n, d] and log-weights [n] or none. */
interface Case {
  readonly d: number
  readonly x: Float64Array
  readonly points: Float64Array
  readonly logWeights?: Float64Array
  readonly level: NoiseLevel
}

const rows = (x: Float64Array, d: number): number[][] =>
  Array.from({ length: x.length / d }, (_, i) => Array.from(x.subarray(i * d, (i + 1) * d)))

const exactly = async ({ d, x, points, logWeights, level }: Case): Promise<Arrays> => {
  const cloud: Cloud<ReturnType<typeof P.full>> = {
    points: P.tensor(points, [points.length / d, d]),
    ...(logWeights && { logWeights: P.tensor(logWeights, [logWeights.length]) }),
  }
  const result = P.posteriorMoments(P.tensor(x, [x.length / d, d]), cloud, level)
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await P.read(result[name])]))) as Arrays
}

describe.each(['float32', 'float64'] as const)('in %s', (dtype) => {
  const memory = wasmMemory(machine, dtype)
  const K = posterior(memory)
  const unit = dtype === 'float32' ? 2 ** -24 : 2 ** -53
  const round = (value: number): number => (dtype === 'float32' ? Math.fround(value) : value)
  const put = (numbers: ArrayLike<number>, shape: Shape): WasmTensor => {
    const x = memory.make(shape)
    memory.numbers(x).set(numbers)
    return x
  }
  const read = (x: WasmTensor): Float64Array => Float64Array.from(memory.numbers(x))
  const place = ({ d, x, points, logWeights }: Case): [WasmTensor, Cloud<WasmTensor>] => [
    put(x, [x.length / d, d]),
    { points: put(points, [points.length / d, d]), ...(logWeights && { logWeights: put(logWeights, [logWeights.length]) }) },
  ]
  const moments = (given: Case): Arrays =>
    memory.scope(() => {
      const result: CloudPosterior<WasmTensor> = K.posteriorMoments(...place(given), given.level)
      return Object.fromEntries(names.map((name) => [name, read(result[name])])) as unknown as Arrays
    })
  const mean = (given: Case): Float64Array => memory.scope(() => read(K.posteriorMean(...place(given), given.level)))
  const normals = (seed: number, count: number, scale = 1, shift = 0): Float64Array =>
    normalArray(key(seed), count).map((z) => round(shift + scale * z))
  const near = (points: Float64Array, d: number, m: number, { alpha, sigma }: NoiseLevel, seed: number): Float64Array =>
    normals(seed, m * d).map((z, k) => round(alpha * (points[k % points.length] as number) + sigma * z))

  const clouds: readonly ((n: number, d: number, seed: number) => Float64Array)[] = [
    (n, d, seed) => normals(seed, n * d),
    (n, d, seed) => new Float64Array(n * d).map((_, k) => normals(seed, d)[k % d] as number),
    (n, d, seed) => normals(seed, n * d).map((z) => round(Math.round(z) / 4)),
    (n, d, seed) => normals(seed, n * d, 1, 1e4),
    (n, d, seed) => normals(seed, n * d).map((z, k) => (k % 7 === 0 ? round(1e6 * z) : z)),
    (n, d, seed) => normals(seed, n * d).map((z, k) => (Math.floor(k / d) % 2 === 0 ? z : round(100 + 1e-3 * z))),
  ]
  const cases = fc
    .record({
      // Four columns and more have a kernel, and tests, of their own in float32.
      d: fc.integer({ min: 1, max: dtype === 'float32' ? 3 : 5 }),
      n: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(127, 128, 129, 300, 517)),
      m: fc.integer({ min: 1, max: 15 }),
      seed: fc.nat(10_000),
      cloud: fc.constantFrom(...clouds),
      weights: fc.constantFrom(0, 0, 3, 50),
      left: fc.boolean(),
      level: fc.record({
        alpha: fc.oneof(fc.constantFrom(0, 1e-3, 1), fc.double({ min: 0, max: 1, noNaN: true })),
        sigma: fc.double({ min: -6, max: 1, noNaN: true }).map((power) => 10 ** power),
      }),
      far: fc.constantFrom(1, 1, 1, 30, 1e4),
    })
    .map(({ d, n, m, seed, cloud, weights, left, level, far }): Case => {
      const points = cloud(n, d, seed)
      const logWeights = normals(seed + 1, n, weights).map((w, i) => (left && i % 3 === 1 ? Number.NEGATIVE_INFINITY : w))
      const x = near(points, d, m, { ...level, sigma: far * level.sigma }, seed + 2)
      return { d, x, points, level, ...(weights > 0 && { logWeights }) }
    })

  test('every cloud is within the bound of rounding', async () => {
    // 128 numbers are added in a row, which rounds each as often at most; a few more are of the products. In float64 the reference adds up to 517 in a
    // row, and the kernel 256.
    const roundings = dtype === 'float32' ? 140 : 800
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        const [exact, actual, alone] = [await exactly(given), moments(given), mean(given)]
        const cloud = rows(given.points, given.d)
        rows(given.x, given.d).forEach((query, q) => {
          const bounds = boundsOf(
            query,
            cloud,
            given.logWeights && Array.from(given.logWeights),
            given.level,
            unit,
            roundings,
            dtype === 'float64',
          )
          const expectWithin = (value: number, expected: number, bound: number, what: string): void => {
            if (!(Math.abs(value - expected) <= bound)) expect(value, `${what} of row ${q}, allowed ${bound}`).toBe(expected)
          }
          for (let j = 0; j < given.d; j++) {
            const k = q * given.d + j
            expectWithin(actual.mean[k] as number, exact.mean[k] as number, bounds.mean[j] as number, `mean ${j}`)
            expectWithin(alone[k] as number, exact.mean[k] as number, bounds.mean[j] as number, `mean alone ${j}`)
          }
          const size = exact.effectiveSampleSize[q] as number
          expectWithin(actual.logDensity[q] as number, exact.logDensity[q] as number, bounds.logDensity, 'log-density')
          expectWithin(actual.covarianceTrace[q] as number, exact.covarianceTrace[q] as number, bounds.covarianceTrace, 'trace')
          expectWithin(actual.effectiveSampleSize[q] as number, size, size * bounds.effectiveSampleSize, 'sample size')
        })
      }),
      { numRuns: 200 },
    )
  })

  test.each([1, 2, 3])('at σ² = 1e-4 the score of %i columns is off by its rounding to the type and 2e-6 of 1/σ', async (d) => {
    for (const [n, shift, weighted] of [
      [3000, 0, false],
      [3000, 1000, true],
      [100_000, 0, false],
    ] as const) {
      if (n > 3000 && d !== 2) continue
      const level = { alpha: 0.97, sigma: 0.01 }
      const points = normals(1, n * d, 1, shift)
      const x = near(points, d, 24, level, 2)
      const given = { d, x, points, level, ...(weighted && { logWeights: normals(3, n, 2) }) }
      const [exact, actual, withMoments] = [await exactly(given), mean(given), moments(given)]
      if (dtype === 'float32')
        exact.logDensity.forEach((wanted, q) => {
          // Relative errors of a few u, and of weights by the same random walk; log-weights of up to 10 and queries of up to 5 σ are rounded besides.
          expect(Math.abs((withMoments.logDensity[q] as number) - wanted)).toBeLessThan(5e-6 + unit * Math.abs(wanted))
          const [size, trace] = [exact.effectiveSampleSize[q] as number, exact.covarianceTrace[q] as number]
          expect(Math.abs((withMoments.effectiveSampleSize[q] as number) - size)).toBeLessThan(5e-6 * size)
          expect(Math.abs((withMoments.covarianceTrace[q] as number) - trace)).toBeLessThan(3e-5 * trace + 1e-6 * level.sigma ** 2)
        })
      exact.mean.forEach((wanted, k) => {
        // Weights are off by a few u, of which the sums over a tile of 128 grow by a random walk to about √128 u/2: 4e-7 in float32, times a spread
        // of at most a few σ. The rounding of the mean itself, in the score, is α u |m|/σ².
        // In float64 the sums, of the reference too, are about the origin: √n u |m| of n points by a random walk, and 4 times that to be sure.
        const origin = dtype === 'float32' ? 1.001 : 4 * Math.sqrt(n)
        const allowed = origin * unit * Math.abs(wanted) + (dtype === 'float32' ? 2e-6 : 1e-12) * level.sigma
        expect(Math.abs((actual[k] as number) - wanted)).toBeLessThan(allowed)
        expect(Math.abs((withMoments.mean[k] as number) - wanted)).toBeLessThan(allowed)
      })
    }
  })

  test('equal points are the mean, exactly', () => {
    for (const n of [1, 5, 300])
      for (const d of [1, 2, 3]) {
        const point = normals(n, d, 3)
        const points = new Float64Array(n * d).map((_, k) => point[k % d] as number)
        for (const sigma of [1e-4, 1, 1e3]) {
          const given = { d, x: normals(9, 5 * d, 10), points, level: { alpha: 0.9, sigma } }
          const { mean: m, covarianceTrace, effectiveSampleSize } = moments(given)
          const tolerance = dtype === 'float64' ? n * unit : 0
          m.forEach((value, k) => expect(Math.abs(value - (point[k % d] as number))).toBeLessThanOrEqual(tolerance * Math.abs(value)))
          covarianceTrace.forEach((value) => expect(value).toBeLessThanOrEqual(tolerance ** 2 * 100))
          // n equal weights are added without error.
          effectiveSampleSize.forEach((value) => expect(value).toBe(n))
        }
      }
  })

  test('NaN and infinities are where the reference has them', async () => {
    const { NaN: nan, POSITIVE_INFINITY: infinity, NEGATIVE_INFINITY: none } = Number
    const base = (d: number): Case => ({ d, x: normals(1, 14 * d), points: normals(2, 5 * d), level: { alpha: 0.9, sigma: 0.5 } })
    const withQuery = (d: number, at: number, value: number): Case => {
      const given = base(d)
      return { ...given, x: given.x.map((each, k) => (k === at ? value : each)) }
    }
    const withWeights = (...weights: number[]): Case => ({ ...base(2), logWeights: Float64Array.from(weights) })
    const withPoint = (value: number, alpha: number): Case => {
      const given = base(2)
      return { ...given, level: { alpha, sigma: 0.5 }, points: given.points.map((each, k) => (k === 3 ? value : each)) }
    }
    for (const given of [
      ...[1, 2, 3].flatMap((d) => [nan, infinity, none].map((value) => withQuery(d, 2 * d, value))),
      withWeights(none, none, none, none, none),
      withWeights(none, 0, none, 1, none),
      withWeights(0, nan, 0, 0, 0),
      withWeights(0, infinity, 0, 0, 0),
      ...[nan, infinity, none].flatMap((value) => [withPoint(value, 0.9), withPoint(value, 0)]),
      ...[1e-30, 1e30].map((alpha) => ({ ...base(2), level: { alpha, sigma: 0.5 } })),
    ]) {
      const [exact, actual, alone] = [await exactly(given), moments(given), mean(given)]
      const kinds = (x: Float64Array): string[] => Array.from(x, (value) => (Number.isFinite(value) ? 'finite' : String(value)))
      for (const name of names) expect(kinds(actual[name]), name).toEqual(kinds(exact[name].map(round)))
      expect(kinds(alone)).toEqual(kinds(exact.mean))
    }
  })

  test('a row has the same bytes wherever the rows are cut, and in any company', () => {
    fc.assert(
      fc.property(cases, fc.nat(14), (given, some) => {
        const m = given.x.length / given.d
        const whole = moments(given)
        const q = some % m
        const single = moments({ ...given, x: given.x.slice(q * given.d, (q + 1) * given.d) })
        expect(single.mean).toEqual(whole.mean.slice(q * given.d, (q + 1) * given.d))
        for (const name of names.slice(1)) expect(single[name]).toEqual(whole[name].slice(q, q + 1))
      }),
      { numRuns: 60 },
    )
  })

  test('bad calls are refused, and nothing is left behind', () => {
    const before = memory.liveTensors()
    const wrong = (body: () => unknown, tag: string): void =>
      expect(() => memory.scope(body)).toThrow(expect.objectContaining({ _tag: tag, where: 'posteriorMean' }))
    const level = { alpha: 1, sigma: 1 }
    wrong(() => K.posteriorMean(put([0, 0], [1, 2]), { points: put([0], [1, 1]) }, level), 'ShapeMismatch')
    wrong(() => K.posteriorMean(put([0], [1, 1]), { points: put([0], [1, 1]), logWeights: put([0, 0], [2]) }, level), 'ShapeMismatch')
    wrong(() => K.posteriorMean(put([0], [1, 1]), { points: put([], [0, 1]) }, level), 'InvalidArgument')
    wrong(() => K.posteriorMean(put([0], [1, 1]), { points: put([0], [1, 1]) }, { alpha: 1, sigma: 0 }), 'InvalidArgument')
    memory.scope(() => {
      expect(read(K.posteriorMean(put([], [0, 2]), { points: put([0, 0], [1, 2]) }, level))).toEqual(new Float64Array(0))
      const transposed = memory.transposedView(put([1, 2, 3, 4], [2, 2]))
      const inOrder = put([1, 3, 2, 4], [2, 2])
      expect(read(K.posteriorMean(transposed, { points: transposed }, level))).toEqual(
        read(K.posteriorMean(inOrder, { points: inOrder }, level)),
      )
    })
    expect(memory.liveTensors()).toBe(before)
  })
})
