import { fromRows, ornsteinUhlenbeck, rectifiedFlow, vanishingLinear, varianceExploding } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { as, field, gaussian } from './index.js'
import {
  B,
  coordinate,
  distance,
  expectScoreIsGradient,
  gram,
  integral,
  matrix,
  moment,
  norm,
  points,
  rowsOf,
  tagOf,
} from './test-support.js'

/** A mean and a covariance in D dimensions of rank at most `rank`. */
const law = (dimension: number, rank: number) =>
  fc.record({ mean: points(dimension, 1), factor: points(rank, dimension) }).map(({ mean, factor }) => ({
    mean: mean[0] as number[],
    covariance: gram(factor),
  }))

describe('gaussian', () => {
  it('at σ = 0 is the projection onto its support, whichever axes have no extent', async () => {
    const axes = fc.array(fc.tuple(fc.constantFrom(0, 0.25, 1), coordinate, coordinate), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(axes, async (given) => {
        const covariance = fromRows(given.map(([variance], i) => given.map((_, j) => (i === j ? variance : 0))))
        const mean = given.map(([, mu]) => mu)
        const [row] = await rowsOf(B, gaussian(B, { mean, covariance })(vanishingLinear())(matrix(B, [given.map(([, , x]) => x)]), 0))
        // α = 1 there: x where the law has extent, μ where it has none. Two roundings of numbers up to 4.
        given.forEach(([variance, mu, x], j) => expect((row as number[])[j]).toBeCloseTo(variance === 0 ? mu : x, 14))
      }),
    )
  })

  it('has the gradient of its log-density as score, covariance regular or singular', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(law(1, 1), law(2, 2), law(3, 3), law(2, 1), law(3, 2), law(3, 0)),
        moment(-4, 8),
        fc.infiniteStream(coordinate),
        async (given, when, draws) => {
          const dimension = given.mean.length
          const x = Array.from({ length: 3 }, () => Array.from({ length: dimension }, () => draws.next().value as number))
          await expectScoreIsGradient(gaussian(B, given)(when.process), when, x, 1)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('has one field, seen as denoiser and as score', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(law(2, 2), law(3, 2)), moment(-4, 4), fc.infiniteStream(coordinate), async (given, when, draws) => {
        const source = gaussian(B, given)(when.process)
        const x = [Array.from({ length: source.dimension }, () => draws.next().value as number)]
        const byTweedie = as('score', when.process)(field(B, 'denoiser', source))
        const direct = as('score', when.process)(source)
        // Tweedie's formula loses 1/σ² ≤ e^4 (1 + …) of the digits.
        const scale = (1 + norm(x[0] as number[])) / when.sigma ** 2
        expect(
          distance(await rowsOf(B, byTweedie(matrix(B, x), when.t)), await rowsOf(B, direct(matrix(B, x), when.t)), scale),
        ).toBeLessThan(1e-12)
      }),
      { numRuns: 50 },
    )
  })

  it('has a density that integrates to 1', async () => {
    const process = ornsteinUhlenbeck()
    const one = gaussian(B, { mean: [0.7], covariance: fromRows([[2]]) })(process)
    const two = gaussian(B, {
      mean: [0.7, -0.2],
      covariance: gram([
        [1, 0.2],
        [-0.6, 0.5],
      ]),
    })(process)
    const singular = gaussian(B, { mean: [0.7, -0.2], covariance: gram([[1], [-0.6]]) })(process)
    for (const t of [0.1, 1, 4]) {
      // The narrowest standard deviation is 0.3 and the step 0.12, so the trapezoidal rule errs by exp(−2π² 2.5²) and the box cuts 7 deviations.
      expect(await integral(one, t, 16, 400)).toBeCloseTo(1, 11)
      expect(await integral(two, t, 12, 200)).toBeCloseTo(1, 11)
      expect(await integral(singular, t, 12, 200)).toBeCloseTo(1, 11)
    }
  })

  it('has the posterior mean that quadrature gives', async () => {
    const process = rectifiedFlow()
    const [mean, s] = [0.4, 1.3]
    const source = gaussian(B, { mean: [mean], covariance: fromRows([[s * s]]) })(process)
    for (const t of [0.2, 0.6, 0.95])
      for (const x of [-1.2, 0, 2.1]) {
        let [mass, first] = [0, 0]
        for (let y = -14; y <= 14; y += 0.01) {
          const weight = Math.exp(-((y - mean) ** 2) / (2 * s * s) - (x - (1 - t) * y) ** 2 / (2 * t * t))
          mass += weight
          first += weight * y
        }
        expect((await B.read(source(matrix(B, [[x]]), t)))[0]).toBeCloseTo(first / mass, 11)
      }
  })

  it('at σ = 0 has its log-density and score when regular, and projects when singular', async () => {
    const start = vanishingLinear()
    const covariance = [
      [2, 0.5],
      [0.5, 1],
    ]
    const regular = gaussian(B, { mean: [1, -1], covariance: fromRows(covariance) })(start)
    const x = [[0.25, 0.5]]
    // Here m = x; C⁻¹ = [[1, −½], [−½, 2]]/1.75, x − μ = (−0.75, 1.5).
    expect(distance(await rowsOf(B, regular(matrix(B, x), 0)), x)).toBeLessThan(1e-15)
    expect(distance(await rowsOf(B, as('score', start)(regular)(matrix(B, x), 0)), [[1.5 / 1.75, -3.375 / 1.75]])).toBeLessThan(1e-14)
    const expected = -0.5 * ((0.75 * 1.5 + 1.5 * 3.375) / 1.75) - Math.log(2 * Math.PI) - 0.5 * Math.log(1.75)
    expect((await B.read(regular.logDensity(matrix(B, x), 0)))[0]).toBeCloseTo(expected, 13)

    const singular = gaussian(B, { mean: [0, 0], covariance: gram([[1], [1]]) })(start)
    expect(distance(await rowsOf(B, singular(matrix(B, [[1, 0]]), 0)), [[0.5, 0.5]])).toBeLessThan(1e-15)
    expect(tagOf(() => singular.logDensity(matrix(B, x), 0))).toBe('InvalidArgument')
    expect(() => as('score', start)(singular)(matrix(B, x), 0)).toThrow(/rank 1 in 2 dimensions has no density/)
  })

  it('turns with the coordinates', async () => {
    await fc.assert(
      fc.asyncProperty(law(2, 2), moment(), fc.double({ min: 0, max: 6.3, noNaN: true }), points(2, 3), async (given, when, angle, x) => {
        const [c, s] = [Math.cos(angle), Math.sin(angle)]
        const turn = (rows: readonly (readonly number[])[]): number[][] =>
          rows.map(([a, b]) => [c * (a as number) - s * (b as number), s * (a as number) + c * (b as number)])
        const rows = [0, 1].map((i) => [0, 1].map((j) => given.covariance.data[i * 2 + j] as number))
        const half = turn(rows)
        const both = turn([0, 1].map((j) => half.map((row) => row[j] as number)))
        const turned = [0, 1].map((i) =>
          [0, 1].map((j) => (((both[i] as number[])[j] as number) + ((both[j] as number[])[i] as number)) / 2),
        )
        const before = gaussian(B, given)(when.process)
        const after = gaussian(B, { mean: turn([given.mean])[0] as number[], covariance: fromRows(turned) })(when.process)
        const expected = turn(await rowsOf(B, before(matrix(B, x), when.t)))
        // A direction of variance λ moves by rounding 2⁻⁵³ · 8 in λ, which m sees divided by σ² ≥ e^-8.
        expect(distance(await rowsOf(B, after(matrix(B, turn(x)), when.t)), expected)).toBeLessThan(1e-10)
      }),
      { numRuns: 40 },
    )
  })

  it('frees what it holds and leaves nothing behind', () => {
    const before = B.liveTensors()
    const source = gaussian(B, {
      mean: [0, 0],
      covariance: fromRows([
        [1, 0.5],
        [0.5, 1],
      ]),
    })(varianceExploding())
    const x = matrix(B, [[1, 2]])
    const held = B.liveTensors()
    for (const made of [
      source(x, 0.5),
      source.logDensity(x, 0.5),
      as('v', ornsteinUhlenbeck())(source)(x, 0.5),
      as('velocity', varianceExploding())(source)(x, 0.5),
    ])
      B.free(made)
    expect(B.liveTensors()).toBe(held)
    source.free()
    B.free(x)
    expect(B.liveTensors()).toBe(before)
  })

  it('refuses what is no Gaussian', () => {
    const build = (mean: number[], rows: number[][]) => () => gaussian(B, { mean, covariance: fromRows(rows) })
    expect(tagOf(build([], []))).toBe('InvalidArgument')
    expect(tagOf(build([0, 0], [[1]]))).toBe('ShapeMismatch')
    expect(
      tagOf(
        build(
          [0, Number.NaN],
          [
            [1, 0],
            [0, 1],
          ],
        ),
      ),
    ).toBe('NotFinite')
    expect(
      build(
        [0, 0],
        [
          [1, 0],
          [0, Number.POSITIVE_INFINITY],
        ],
      ),
    ).toThrow(/Infinity in row 1, column 1/)
    expect(
      build(
        [0, 0],
        [
          [1, 0.5],
          [0.4, 1],
        ],
      ),
    ).toThrow(/\[1, 0\] is 0.4 but \[0, 1\] is 0.5/)
    expect(
      build(
        [0, 0],
        [
          [1, 2],
          [2, 1],
        ],
      ),
    ).toThrow(/negative eigenvalue -(1|0\.99999)/)
    expect(
      build(
        [0, 0],
        [
          [1, 0],
          [0, -1e-3],
        ],
      ),
    ).toThrow(/negative eigenvalue/)
    const source = gaussian(B, {
      mean: [0, 0],
      covariance: fromRows([
        [1, 0],
        [0, 1],
      ]),
    })(ornsteinUhlenbeck())
    expect(tagOf(() => source(matrix(B, [[1, 2, 3]]), 1))).toBe('ShapeMismatch')
    expect(() => source.logDensity(matrix(B, [[1, 2, 3]]), 1)).toThrow(/x of shape \[1, 3\] for a law in 2 dimensions/)
    expect(tagOf(() => source(matrix(B, [[1, 2]]), Number.NaN))).toBe('InvalidArgument')
  })
})
