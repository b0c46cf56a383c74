import { fromRows, hostMatrix, vanishingLinear } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { besselGap } from './bessel.js'
import { circle, gaussian, line, type MomentField, mixture, pointCloud } from './index.js'
import { type At, B, distance, gram, matrix, moment, points, rowsOf, tagOf } from './test-support.js'

type Source = MomentField<ReturnType<typeof B.tensor>>

/**
 * div m by central differences of fourth order, against (α/σ²) tr Cov. A law within `extent` of the origin has a denoiser that varies over
 * ℓ = σ²/(α · extent) or σ; with steps of ℓ/100 truncation is 1e-9 · extent/ℓ and rounding 1e-13 · extent/ℓ, so 1e-7 · extent/ℓ bounds them.
 */
const expectTraceIsDivergence = async (source: Source, { t, alpha, sigma }: At, x: number[][], extent: number): Promise<void> => {
  const length = Math.min(sigma, (sigma * sigma) / (alpha * extent))
  const h = length / 100
  const total = x.map(() => 0)
  for (let j = 0; j < source.dimension; j++)
    for (const [step, weight] of [
      [1, 8 / 12],
      [-1, -8 / 12],
      [2, -1 / 12],
      [-2, 1 / 12],
    ] as const) {
      const shifted = x.map((row) => row.map((value, k) => (k === j ? value + step * h : value)))
      const m = await rowsOf(B, source(matrix(B, shifted), t))
      m.forEach((row, i) => {
        total[i] = (total[i] as number) + (weight * (row[j] as number)) / h
      })
    }
  const trace = await B.read(source.moments(matrix(B, x), t).covarianceTrace)
  trace.forEach((value, i) => {
    expect(Math.abs((alpha / sigma ** 2) * value - (total[i] as number))).toBeLessThan((1e-7 * extent) / length)
  })
}

const when = moment(-4, 7)

describe('tr Cov(X₀ | X_t) is σ²/α times the divergence of the denoiser', () => {
  it('for Gaussians, singular or not, and lines', async () => {
    await fc.assert(
      fc.asyncProperty(points(3, 1), points(2, 3), when, points(3, 3), async ([mean], rows, at, x) => {
        await expectTraceIsDivergence(gaussian(B, { mean: mean as number[], covariance: gram(rows) })(at.process), at, x, 5)
        const plane = x.map((row) => row.slice(0, 2))
        await expectTraceIsDivergence(line(B, { mean: 1, standardDeviation: Math.abs(mean?.[0] ?? 0) })(at.process), at, plane, 4)
      }),
      { numRuns: 30 },
    )
  })

  it('for mixtures', async () => {
    await fc.assert(
      fc.asyncProperty(points(2, 1, 3), points(2, 2), when, points(2, 3), async (means, rows, at, x) => {
        const source = mixture(
          B,
          means.map((mean, k) => ({ weight: k + 1, mean, covariance: gram(rows) })),
        )
        await expectTraceIsDivergence(source(at.process), at, x, 5)
      }),
      { numRuns: 30 },
    )
  })

  it('for circles', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0.1, max: 3, noNaN: true }), when, points(2, 3), async (radius, at, x) =>
        expectTraceIsDivergence(circle(B, { radius })(at.process), at, x, 5),
      ),
      { numRuns: 30 },
    )
  })
})

describe('moments', () => {
  it('have the denoiser as mean', async () => {
    const x = matrix(B, [
      [0.3, -1],
      [2, 0.5],
    ])
    const process = vanishingLinear()
    const wide = fromRows([
      [1, 0.5],
      [0.5, 1],
    ])
    const laws = [
      gaussian(B, { mean: [1, 2], covariance: wide }),
      mixture(B, [
        { mean: [1, 2], covariance: wide },
        { mean: [-1, 0], covariance: wide },
      ]),
      line(B),
      circle(B),
    ]
    for (const law of laws) {
      const source = law(process)
      expect(distance(await rowsOf(B, source.moments(x, 0.4).mean), await rowsOf(B, source(x, 0.4)))).toBeLessThan(1e-15)
    }
  })

  it('of a mixture of points are those of the cloud, and of a circle those of many points on it', async () => {
    const none = hostMatrix([0, 0, 0, 0], 2, 2)
    const ring = Array.from({ length: 400 }, (_, k) => [1.5 * Math.cos((Math.PI * k) / 200), 1.5 * Math.sin((Math.PI * k) / 200)])
    await fc.assert(
      fc.asyncProperty(points(2, 2, 5), moment(-4, 5), points(2, 3), async (cloud, { process, t }, rows) => {
        const x = matrix(B, rows)
        const trace = async (source: Source): Promise<Float64Array> => B.read(source.moments(x, t).covarianceTrace)
        const pairs = [
          [
            mixture(
              B,
              cloud.map((mean) => ({ mean, covariance: none })),
            ),
            pointCloud(B, fromRows(cloud)),
          ],
          [circle(B, { radius: 1.5 }), pointCloud(B, fromRows(ring))],
        ] as const
        for (const [one, other] of pairs) {
          const [a, b] = [await trace(one(process)), await trace(other(process))]
          // As the denoisers of the two: exponents up to (3/σ)² round weights by 5e-13.
          a.forEach((value, i) => {
            expect(Math.abs(value - (b[i] as number))).toBeLessThan(1e-11)
          })
        }
      }),
      { numRuns: 20 },
    )
  })

  it('of a circle keep their digits at small σ: tr Cov → r σ²/(α |x|)', async () => {
    const process = vanishingLinear()
    for (const t of [1e-6, 1e-10, 1e-13]) {
      const [found] = await B.read(circle(B, { radius: 2 })(process).moments(matrix(B, [[3, 4]]), t).covarianceTrace)
      const first = (2 * t) / (process.alpha(t) * 5)
      // r²(1 − A²) = r² (1/κ + O(1/κ³)).
      expect(Math.abs((found as number) / first - 1)).toBeLessThan(1e-11)
    }
    expect(tagOf(() => circle(B)(process).moments(matrix(B, [[1, 0]]), 0))).toBe('InvalidArgument')
    expect(await B.read(besselGap(B, B.tensor([0], [1])))).toEqual(Float64Array.of(1))
  })

  it('vanish at σ = 0 for regular Gaussians', async () => {
    const source = gaussian(B, {
      mean: [0, 1],
      covariance: gram([
        [1, 0],
        [0, 0],
      ]),
    })(vanishingLinear())
    expect(Array.from(await B.read(source.moments(matrix(B, [[1, 1]]), 0).covarianceTrace))).toEqual([0])
  })
})
