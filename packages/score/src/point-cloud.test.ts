import {
  type Backend,
  deriveKernels,
  edm,
  fromRows,
  type HostMatrix,
  hostMatrix,
  makeBackend,
  ornsteinUhlenbeck,
  type Shape,
  sizeOf,
  untyped,
  vanishingLinear,
  varianceExploding,
} from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { as, pointCloud } from './index.js'
import { at, B, distance, expectScoreIsGradient, integral, matrix, minus, moment, norm, points, rowsOf, tagOf } from './test-support.js'

/** The same operations with the kernels written in them. */
const derived: Backend<CpuTensor> = makeBackend(untyped(B), deriveKernels(untyped(B)))

const logWeight = fc.double({ min: -3, max: 3, noNaN: true })
const weighted = (dimension: number) =>
  fc.array(fc.record({ point: points(dimension, 1), logWeight }), { minLength: 1, maxLength: 8 }).map((rows) => ({
    data: fromRows(rows.map(({ point }) => point[0] as number[])),
    logWeights: rows.map((row) => row.logWeight),
  }))

/** Σ w_i (α y_i − x)/σ², in plain loops: differences first, largest exponent subtracted. */
const scoreOf = (
  cloud: readonly (readonly number[])[],
  logWeights: readonly number[],
  x: readonly number[],
  alpha: number,
  sigma: number,
): number[] => {
  const exponents = cloud.map(
    (y, i) =>
      (logWeights[i] as number) - y.reduce((sum, value, j) => sum + ((x[j] as number) - alpha * value) ** 2, 0) / (2 * sigma * sigma),
  )
  const top = Math.max(...exponents)
  const weights = exponents.map((e) => Math.exp(e - top))
  const total = weights.reduce((sum, w) => sum + w, 0)
  return x.map((value, j) =>
    cloud.reduce((sum, y, i) => sum + ((weights[i] as number) / total) * ((alpha * (y[j] as number) - value) / (sigma * sigma)), 0),
  )
}

/**
 * How far 2⁻⁵⁰ of rounding moves the score: in α y, which shows where x is as close as that to m, and in exponents e_i, which shows where x is
 * far from two points and as close to one as to the other. The first order of Σ w_i (α y_i − x)/σ².
 */
const rounding = (
  cloud: readonly (readonly number[])[],
  logWeights: readonly number[],
  x: readonly number[],
  alpha: number,
  sigma: number,
): number => {
  const score = scoreOf(cloud, logWeights, x, alpha, sigma)
  const offsets = cloud.map((y) => y.map((value, j) => (alpha * value - (x[j] as number)) / (sigma * sigma)))
  const exponents = offsets.map((offset) => (norm(offset) * sigma) ** 2 / 2)
  const logits = exponents.map((e, i) => (logWeights[i] as number) - e)
  const top = Math.max(...logits)
  const weights = logits.map((l) => Math.exp(l - top))
  const total = weights.reduce((sum, w) => sum + w, 0)
  const byWeights = offsets.reduce(
    (sum, offset, i) => sum + ((weights[i] as number) / total) * (exponents[i] as number) * norm(minus(offset, score)),
    0,
  )
  return 2 ** -50 * (byWeights + (3 * alpha) / sigma ** 2)
}

/** `count` points on the unit circle. */
const unitCircle = (count: number): number[][] =>
  Array.from({ length: count }, (_, k) => [Math.cos((2 * Math.PI * k) / count), Math.sin((2 * Math.PI * k) / count)])

const rowsOfHost = ({ data, rows, columns }: HostMatrix): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns)))

describe('pointCloud', () => {
  it('has the gradient of its log-density as score, weights included', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(weighted(1), weighted(2), weighted(3)),
        moment(-4, 7),
        points(3, 3),
        async ({ data, logWeights }, when, draws) => {
          const x = draws.map((row) => row.slice(0, data.columns))
          await expectScoreIsGradient(pointCloud(B, data, { logWeights })(when.process), when, x, 4)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('has a density that integrates to 1', async () => {
    const process = ornsteinUhlenbeck()
    const logWeights = [0, 1, -2]
    const one = pointCloud(B, fromRows([[-1], [0.2], [2]]), { logWeights })(process)
    const two = pointCloud(
      B,
      fromRows([
        [-1, 0],
        [0.2, 0.3],
        [2, -1],
      ]),
      { logWeights },
    )(process)
    // Step 0.1 against σ ≥ 0.3.
    for (const t of [0.1, 1, 4]) {
      expect(await integral(one, t, 10, 200)).toBeCloseTo(1, 11)
      expect(await integral(two, t, 10, 200)).toBeCloseTo(1, 11)
    }
  })

  it('has the score that plain loops give, down to σ = 1e-6', async () => {
    const exponent = fc.double({ min: -6, max: -1, noNaN: true })
    await fc.assert(
      fc.asyncProperty(
        weighted(2),
        exponent,
        fc.constantFrom('exploding', 'preserving'),
        points(2, 3),
        async ({ data, logWeights }, power, kind, x) => {
          const sigma = 10 ** power
          // α = 1 and σ = t, or α = √(1 − σ²).
          const when = kind === 'exploding' ? at(edm({ sigmaMin: 1e-7 }), sigma) : at(ornsteinUhlenbeck(), -Math.log1p(-sigma * sigma))
          const source = pointCloud(B, data, { logWeights })(when.process)
          const found = await rowsOf(B, as('score', when.process)(source)(matrix(B, x), when.t))
          const cloud = rowsOfHost(data)
          x.forEach((row, i) => {
            const expected = scoreOf(cloud, logWeights, row, when.alpha, when.sigma)
            const condition = rounding(cloud, logWeights, row, when.alpha, when.sigma)
            expect(norm(minus(found[i] as number[], expected))).toBeLessThan(1e-10 * norm(expected) + condition)
          })
        },
      ),
      { numRuns: 100 },
    )
  })

  it('has that score to 1e-10 at a distance of a few σ from a point', async () => {
    const cloud = Array.from({ length: 50 }, (_, k) => [Math.sin(k * k), Math.cos(3 * k + 1)])
    const logWeights = cloud.map((_, k) => k / 50)
    for (const sigma of [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6]) {
      const when = at(edm({ sigmaMin: 1e-7 }), sigma)
      const source = pointCloud(B, fromRows(cloud), { logWeights })(when.process)
      const x = cloud
        .slice(0, 20)
        .map(([a, b], k) => [(a as number) + sigma * Math.sin(7 * k), (b as number) + 2 * sigma * Math.cos(5 * k)])
      const found = await rowsOf(B, as('score', when.process)(source)(matrix(B, x), when.t))
      x.forEach((row, i) => {
        const expected = scoreOf(cloud, logWeights, row, 1, sigma)
        expect(norm(minus(found[i] as number[], expected)) / norm(expected)).toBeLessThan(1e-10)
      })
    }
  })

  it('keeps its score in float32 at small σ, where expanding the square loses it', async () => {
    const single = cpu({ dtype: 'float32' })
    const count = 1000
    const cloud = unitCircle(count).map((row) => row.map(Math.fround))
    for (const { sigma, bound, trap } of [
      { sigma: 1e-3, bound: 3e-4, trap: 1e-2 },
      { sigma: 1e-4, bound: 1e-3, trap: 1 },
    ]) {
      // Midway between two points, give or take σ, and σ to 2σ off the circle: the score is of order 1/σ and rests on more than one point.
      const x = Array.from({ length: 100 }, (_, k) => {
        const [angle, r] = [(2 * Math.PI * (7 * k + 0.5)) / count + sigma * Math.cos(k), 1 + sigma * (1 + Math.sin(k) ** 2)]
        return [Math.fround(r * Math.cos(angle)), Math.fround(r * Math.sin(angle))]
      })
      const expected = x.map((row) =>
        scoreOf(
          cloud,
          cloud.map(() => 0),
          row,
          1,
          sigma,
        ),
      )
      const worst = (found: readonly (readonly number[])[]): number =>
        Math.max(...found.map((row, i) => norm(minus(row, expected[i] as number[])) / norm(expected[i] as number[])))

      const when = at(edm({ sigmaMin: sigma }), sigma)
      for (const backend of [single, makeBackend(untyped(single), deriveKernels(untyped(single)))]) {
        const source = pointCloud(backend, fromRows(cloud))(when.process)
        expect(worst(await rowsOf(backend, as('score', when.process)(source)(matrix(backend, x), when.t)))).toBeLessThan(bound)
      }

      // The trap: |x|² + |y|² − 2 x·y.
      const [q, y] = [matrix(single, x), matrix(single, cloud)]
      const squares = single.add(single.sum(single.square(q), 1, true), single.reshape(single.sum(single.square(y), 1), [1, count]))
      const expanded = single.sub(squares, single.mul(single.matMul(q, single.transpose(y)), 2))
      const mean = single.softmaxExpectation(single.mul(expanded, -0.5 / sigma ** 2) as typeof q, y)
      expect(worst(await rowsOf(single, single.div(single.sub(mean, q), sigma ** 2)))).toBeGreaterThan(trap)
    }
  })

  it('has a denoiser in the convex hull', async () => {
    await fc.assert(
      fc.asyncProperty(weighted(1), moment(-6, 14), points(1, 4), async ({ data, logWeights }, when, x) => {
        const denoised = (await rowsOf(B, pointCloud(B, data, { logWeights })(when.process)(matrix(B, x), when.t))).flat()
        // An average of up to 8 numbers below 2 rounds by a few 2⁻⁵².
        for (const m of denoised) {
          expect(m).toBeGreaterThanOrEqual(Math.min(...data.data) - 1e-14)
          expect(m).toBeLessThanOrEqual(Math.max(...data.data) + 1e-14)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('moves with the data: rotations, translations, permutations', async () => {
    await fc.assert(
      fc.asyncProperty(
        weighted(2),
        moment(-4, 5),
        points(2, 3),
        fc.double({ min: 0, max: 6.3, noNaN: true }),
        points(2, 1),
        async ({ data, logWeights }, when, x, angle, shifts) => {
          const { process, t, alpha } = when
          const shift = shifts[0] as number[]
          const [c, s] = [Math.cos(angle), Math.sin(angle)]
          const turn = (rows: number[][]): number[][] =>
            rows.map(([a, b]) => [c * (a as number) - s * (b as number), s * (a as number) + c * (b as number)])
          const move = (rows: number[][], by: number): number[][] =>
            rows.map((row) => row.map((value, j) => value + by * (shift[j] as number)))
          const score = async (cloud: number[][], weights: number[], queries: number[][]): Promise<number[][]> =>
            rowsOf(B, as('score', process)(pointCloud(B, fromRows(cloud), { logWeights: weights })(process))(matrix(B, queries), t))
          const cloud = rowsOfHost(data)
          const before = await score(cloud, logWeights, x)
          // Rounding of x and y by 2⁻⁵² · 4 moves a score of at most (4 + 4α)/σ² by 2⁻⁵² · 4 (1/σ² + (2α/σ²)²).
          const scale = 1 / when.sigma ** 2 + (2 * alpha) ** 2 / when.sigma ** 4
          expect(distance(await score(turn(cloud), logWeights, turn(x)), turn(before), scale)).toBeLessThan(1e-13)
          expect(distance(await score(move(cloud, 1), logWeights, move(x, alpha)), before, scale)).toBeLessThan(1e-13)
          expect(distance(await score([...cloud].reverse(), [...logWeights].reverse(), x), before, scale)).toBeLessThan(1e-13)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('goes to the nearest point as t goes to 0 (paper B, Theorem 3.5)', async () => {
    await fc.assert(
      fc.asyncProperty(points(2, 1, 8), points(2, 3), async (cloud, x) => {
        const process = ornsteinUhlenbeck()
        const t = 1e-8
        const found = await rowsOf(B, pointCloud(B, fromRows(cloud))(process)(matrix(B, x), t))
        x.forEach((row, i) => {
          const byDistance = cloud.map((y) => ({ y, d: norm(minus(y, row)) ** 2 })).sort((a, b) => a.d - b.d)
          const [first, second] = byDistance as [(typeof byDistance)[number], (typeof byDistance)[number] | undefined]
          // The next point has e^(−(d₂ − d₁)/(2t)) of the weight: below e^-50 unless the two are all but equally far.
          if (second !== undefined && second.d - first.d < 1e-5) return
          expect(norm(minus(found[i] as number[], first.y))).toBeLessThan(1e-14)
        })
      }),
      { numRuns: 100 },
    )
  })

  it('agrees with the kernels written in primitives, to 1e-12', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(weighted(1), weighted(3)),
        moment(-4, 4),
        points(3, 4),
        fc.boolean(),
        async ({ data, logWeights }, { process, t }, draws, withWeights) => {
          const x = draws.map((row) => row.slice(0, data.columns))
          const options = withWeights ? { logWeights } : {}
          const [one, other] = [pointCloud(B, data, options)(process), pointCloud(derived, data, options)(process)]
          const [a, b] = [one.moments(matrix(B, x), t), other.moments(matrix(derived, x), t)]
          expect(distance(await rowsOf(B, one(matrix(B, x), t)), await rowsOf(derived, other(matrix(derived, x), t)))).toBeLessThan(1e-12)
          expect(distance(await rowsOf(B, a.mean), await rowsOf(derived, b.mean))).toBeLessThan(1e-12)
          for (const name of ['logDensity', 'covarianceTrace', 'effectiveSampleSize'] as const) {
            const [p, q] = [await B.read(a[name]), await derived.read(b[name])]
            for (const [i, value] of p.entries())
              expect(Math.abs(value - (q[i] as number)), name).toBeLessThan(1e-12 * (1 + Math.abs(value)))
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('keeps the digits of m far away at small σ, by the kernels in primitives as well', async () => {
    const process = edm({ sigmaMin: 1e-7 })
    // Exponents up to 5e11: weights that were normalised in the exponent would be off by 1e-4.
    const [data, x] = [
      fromRows([
        [1.5, 0],
        [-1.5, 0.5],
        [0.25, -2],
      ]),
      [
        [2, 1],
        [-2, 0.1],
        [0, -1],
      ],
    ]
    const nearest = [
      [1.5, 0],
      [-1.5, 0.5],
      [0.25, -2],
    ]
    for (const backend of [B, derived])
      expect(distance(await rowsOf(backend, pointCloud(backend, data)(process)(matrix(backend, x), 1e-6)), nearest)).toBeLessThan(1e-15)
  })

  it('gives the moments of the posterior', async () => {
    const process = varianceExploding()
    const cloud = [
      [0, 1],
      [1, 1],
      [0.5, -1],
    ]
    const logWeights = [0, 0.5, 1]
    const [t, x] = [0.5, [0.3, 0.2]]
    const sigma = process.sigma(t)
    const weights = cloud.map((y, i) => Math.exp((logWeights[i] as number) - norm(minus(y, x)) ** 2 / (2 * sigma ** 2)))
    const total = weights.reduce((sum, w) => sum + w, 0)
    const w = weights.map((value) => value / total)
    const mean = [0, 1].map((j) => cloud.reduce((sum, y, i) => sum + (w[i] as number) * (y[j] as number), 0))
    const found = pointCloud(B, fromRows(cloud), { logWeights })(process).moments(matrix(B, [x]), t)
    expect(distance(await rowsOf(B, found.mean), [mean])).toBeLessThan(1e-14)
    const value = async (name: 'logDensity' | 'covarianceTrace' | 'effectiveSampleSize'): Promise<number> =>
      (await B.read(found[name]))[0] as number
    const shares = logWeights.reduce((sum, l) => sum + Math.exp(l), 0)
    expect(await value('logDensity')).toBeCloseTo(Math.log(total / shares / (2 * Math.PI * sigma ** 2)), 12)
    expect(await value('covarianceTrace')).toBeCloseTo(
      cloud.reduce((sum, y, i) => sum + (w[i] as number) * norm(minus(y, mean)) ** 2, 0),
      12,
    )
    expect(await value('effectiveSampleSize')).toBeCloseTo(1 / w.reduce((sum, one) => sum + one ** 2, 0), 12)
  })

  it('takes queries in chunks with the same result, and no larger tensor than it says', async () => {
    const data = fromRows(Array.from({ length: 30 }, (_, k) => [Math.sin(k), Math.cos(2 * k)]))
    const rows = Array.from({ length: 101 }, (_, k) => [Math.sin(3 * k), Math.cos(5 * k)])
    let largest = 0
    const noted = (shape: Shape): void => {
      largest = Math.max(largest, sizeOf(shape))
    }
    const P = untyped(B)
    const watched = {
      ...P,
      sub: (a: CpuTensor | number, b: CpuTensor | number) => {
        const out = P.sub(a, b)
        noted(out.shape)
        return out
      },
    }
    const backend = makeBackend(watched, deriveKernels(watched))
    const process = ornsteinUhlenbeck()
    const whole = pointCloud(B, data)(process)
    for (const queriesAtOnce of [1, 7, 100, 101, 1000]) {
      largest = 0
      const inParts = pointCloud(backend, data, { queriesAtOnce })(process)
      expect(
        distance(await rowsOf(backend, inParts(matrix(backend, rows), 0.3)), await rowsOf(B, whole(matrix(B, rows), 0.3))),
      ).toBeLessThan(1e-13)
      expect(largest).toBeLessThanOrEqual(Math.max(202, 30 * Math.min(101, queriesAtOnce)))
      const [a, b] = [inParts.moments(matrix(backend, rows), 0.3), whole.moments(matrix(B, rows), 0.3)]
      for (const name of ['logDensity', 'covarianceTrace', 'effectiveSampleSize'] as const) {
        expect(a[name].shape).toEqual([101])
        const [p, q] = [await backend.read(a[name]), await B.read(b[name])]
        for (const [i, value] of p.entries()) expect(Math.abs(value - (q[i] as number))).toBeLessThan(1e-12 * (1 + Math.abs(value)))
      }
    }
  })

  it('leaves nothing behind', () => {
    const before = B.liveTensors()
    const x = matrix(B, [
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    const process = vanishingLinear({ floor: 0.01 })
    const build = pointCloud(
      B,
      fromRows([
        [0, 0],
        [1, 1],
      ]),
      { logWeights: [0, 1], queriesAtOnce: 2 },
    )
    const source = build(process)
    const other = build(ornsteinUhlenbeck())
    const held = B.liveTensors()
    for (let k = 0; k < 3; k++) {
      for (const made of [
        source(x, 0.5),
        other(x, 0.5),
        source.logDensity(x, 0.5),
        as('velocity', process)(source)(x, 0.5),
        ...Object.values(source.moments(x, 0.5)),
      ])
        B.free(made)
      expect(B.liveTensors()).toBe(held)
    }
    source.free()
    B.free(x)
    expect(B.liveTensors()).toBe(before)
  })

  it('leaves out rows without weight', async () => {
    const process = ornsteinUhlenbeck()
    const x = matrix(B, [[0.3]])
    const source = pointCloud(B, fromRows([[0], [5], [1]]), { logWeights: [0, Number.NEGATIVE_INFINITY, 1] })(process)
    const without = pointCloud(B, fromRows([[0], [1]]), { logWeights: [0, 1] })(process)
    expect(source.size).toBe(2)
    expect(await rowsOf(B, source(x, 1))).toEqual(await rowsOf(B, without(x, 1)))
  })

  it('refuses data with holes, empty data, weights that do not fit, x of another dimension, σ = 0', () => {
    const process = ornsteinUhlenbeck()
    expect(() =>
      pointCloud(
        B,
        fromRows([
          [1, 2],
          [3, Number.NaN],
        ]),
      ),
    ).toThrow(/NaN in row 1, column 1/)
    expect(tagOf(() => pointCloud(B, fromRows([[1], [Number.NEGATIVE_INFINITY]])))).toBe('NotFinite')
    expect(tagOf(() => pointCloud(B, fromRows([])))).toBe('InvalidTable')
    expect(tagOf(() => pointCloud(B, hostMatrix([], 3, 0)))).toBe('InvalidTable')
    const data = fromRows([
      [1, 2],
      [3, 4],
    ])
    expect(tagOf(() => pointCloud(B, data, { logWeights: [0] }))).toBe('ShapeMismatch')
    expect(() => pointCloud(B, data, { logWeights: [0, Number.NaN] })).toThrow(/log-weight NaN in row 1/)
    expect(tagOf(() => pointCloud(B, data, { logWeights: [0, Number.POSITIVE_INFINITY] }))).toBe('NotFinite')
    expect(tagOf(() => pointCloud(B, data, { logWeights: [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY] }))).toBe('InvalidArgument')
    for (const queriesAtOnce of [0, 1.5, Number.NaN]) expect(tagOf(() => pointCloud(B, data, { queriesAtOnce }))).toBe('InvalidArgument')
    const source = pointCloud(B, data)(process)
    for (const call of [source, source.logDensity, source.moments]) {
      expect(() => call(matrix(B, [[1, 2, 3]]), 1)).toThrow(/x of shape \[1, 3\] for a law in 2 dimensions/)
      expect(tagOf(() => call(matrix(B, [[1, 2]]), 0))).toBe('InvalidArgument')
      expect(tagOf(() => call(matrix(B, [[1, 2]]), Number.NaN))).toBe('InvalidArgument')
    }
  })
})
