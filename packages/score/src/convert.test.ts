import { edm, fromRows, ornsteinUhlenbeck, rectifiedFlow, subVp, vanishingLinear, vpLinear } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { as, type Field, field, gaussian, type Kind, pointCloud } from './index.js'
import { type At, at, B, distance, matrix, moment, points, processes, rowsOf, tagOf } from './test-support.js'

const kinds: readonly Kind[] = ['denoiser', 'score', 'noise', 'v', 'velocity']
const isVariancePreserving = ({ alpha, sigma }: At): boolean => Math.abs(alpha * alpha + sigma * sigma - 1) < 1e-12

/** A field that has the same value everywhere. */
const constant = (kind: Kind, rows: readonly (readonly number[])[]): Field<Kind, CpuTensor> => field(B, kind, () => matrix(B, rows))

/** The table of docs/formulas.md §1 at one point, from m: written out again here. */
const tableOf = ({ process, t, alpha, sigma }: At, m: number, x: number): Record<Kind, number> => {
  const noise = (x - alpha * m) / sigma
  return {
    denoiser: m,
    score: (alpha * m - x) / sigma ** 2,
    noise,
    v: alpha * noise - sigma * m,
    velocity: process.alphaDerivative(t) * m + (process.varianceDerivative(t) / (2 * sigma)) * noise,
  }
}

describe('as', () => {
  it('gives the table of formulas from every kind to every kind', async () => {
    await fc.assert(
      fc.asyncProperty(moment(-4, 6), points(2, 3), points(2, 3), async (when, means, xs) => {
        const table = (kind: Kind): number[][] =>
          xs.map((row, i) => row.map((value, j) => tableOf(when, (means[i] as number[])[j] as number, value)[kind]))
        for (const from of kinds)
          for (const to of kinds) {
            if ((from === 'v' || to === 'v') && !isVariancePreserving(when)) continue
            const converted = await rowsOf(B, as(to, when.process)(constant(from, table(from)))(matrix(B, xs), when.t))
            // Relative to the largest of the five: a conversion multiplies rounding by 1/α, 1/σ² or σ'/σ at most, below 1e4 here.
            const scale = 1 + Math.max(...kinds.flatMap((kind) => table(kind).flat().map(Math.abs)))
            expect(distance(converted, table(to), scale), `${from} to ${to}`).toBeLessThan(1e-10)
          }
      }),
      { numRuns: 40 },
    )
  })

  it('comes back to where it started, for all pairs and processes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...processes),
        fc.double({ min: -2, max: 4, noNaN: true }),
        points(2, 4),
        points(2, 3),
        async (process, logSnr, cloud, x) => {
          const [start, end] = process.timeRange
          const when = at(process, Math.min(end, Math.max(start, process.timeOfLogSnr(logSnr))))
          const source = pointCloud(B, fromRows(cloud))(process)
          const queries = matrix(B, x)
          for (const from of kinds)
            for (const to of kinds) {
              if ((from === 'v' || to === 'v') && !isVariancePreserving(when)) continue
              const first: Field<Kind, CpuTensor> = as(from, process)(source)
              const there: Field<Kind, CpuTensor> = as(to, process)(first)
              const back = as(from, process)(there)
              const expected = await rowsOf(B, first(queries, when.t))
              // log-SNR from −2 to 4 keeps 1/σ² and 1/α below e^4 (over the scale of x), so rounding stays far below 1e-9.
              const scale = 1 + Math.max(...expected.flat().map(Math.abs))
              expect(distance(await rowsOf(B, back(queries, when.t)), expected, scale), `${from} by ${to}`).toBeLessThan(1e-9)
            }
        },
      ),
      { numRuns: 40 },
    )
  })

  it('returns the field itself for its own kind', () => {
    for (const kind of kinds) {
      const source = constant(kind, [[1]])
      expect(as(kind, vpLinear())(source)).toBe(source)
    }
  })

  it('calls the field once', () => {
    for (const from of kinds)
      for (const to of kinds) {
        let calls = 0
        const source: Field<Kind, CpuTensor> = field(B, from, (x) => {
          calls++
          return x
        })
        as(to, ornsteinUhlenbeck())(source)(matrix(B, [[1, 2]]), 0.5)
        expect(calls).toBe(1)
      }
  })

  it('keeps the digits of a smooth law at small noise, where Tweedie’s formula loses them', async () => {
    const process = ornsteinUhlenbeck()
    const t = 1e-12
    const source = gaussian(B, { mean: [0], covariance: fromRows([[4]]) })(process)
    const x = [[0.3], [-1.7]]
    const exact = x.map((row) => row.map((value) => -value / (4 * Math.exp(-t) - Math.expm1(-t))))
    const read = async (f: Field<Kind, CpuTensor>): Promise<number[][]> => rowsOf(B, as('score', process)(f)(matrix(B, x), t))
    expect(distance(await read(source), exact)).toBeLessThan(1e-15)
    // The same denoiser without its score: 2⁻⁵³ |x|/σ² = 1e-4.
    expect(distance(await read(field(B, 'denoiser', source)), exact)).toBeGreaterThan(1e-6)
    const velocity = await rowsOf(B, as('velocity', process)(source)(matrix(B, x), t))
    // dx/dt = −½x − ½ score for Ornstein–Uhlenbeck.
    expect(
      distance(
        velocity,
        x.map(([value], i) => [-0.5 * (value as number) - 0.5 * ((exact[i] as number[])[0] as number)]),
      ),
    ).toBeLessThan(1e-11)
  })

  describe('at σ = 0', () => {
    const start = vanishingLinear()
    const x = [[0.5, -1]]
    const of = (from: Kind, to: Kind, process = start) => as(to, process)(constant(from, [[0.25, 2]]))(matrix(B, x), 0)

    it('is defined where the formula is', async () => {
      // σ² = t and α = 1 − t: (σ²)' = 1, α' = −1, so u = −x − ½ score and m = x.
      expect(await rowsOf(B, of('score', 'velocity'))).toEqual([[-0.5 - 0.125, 1 - 1]])
      expect(await rowsOf(B, of('velocity', 'score'))).toEqual([[-2 * (0.5 + 0.25), -2 * (-1 + 2)]])
      for (const from of ['score', 'noise', 'v', 'velocity'] as const) expect(await rowsOf(B, of(from, 'denoiser'))).toEqual(x)
      expect(await rowsOf(B, of('noise', 'v'))).toEqual([[0.25, 2]])
      expect(await rowsOf(B, of('v', 'noise'))).toEqual([[0.25, 2]])
      expect(distance(await rowsOf(B, of('velocity', 'noise')), [[0, 0]])).toBe(0)
      expect(await rowsOf(B, of('velocity', 'denoiser', rectifiedFlow()))).toEqual(x)
    })

    it('is refused where the formula divides by zero', () => {
      for (const to of ['score', 'noise', 'v', 'velocity'] as const) expect(tagOf(() => of('denoiser', to))).toBe('InvalidArgument')
      for (const from of ['noise', 'v'] as const)
        for (const to of ['score', 'velocity'] as const) expect(tagOf(() => of(from, to))).toBe('InvalidArgument')
      expect(() => of('denoiser', 'score')).toThrow(/vanishing-linear at t = 0, where α = 1 and σ = 0/)
    })
  })

  describe('at α = 0', () => {
    const end = rectifiedFlow()
    const x = [[0.5, -1]]
    const of = (from: Kind, to: Kind) => as(to, end)(constant(from, [[0.25, 2]]))(matrix(B, x), 1)

    it('is defined where the formula is', async () => {
      // α = 0, σ = 1, α' = −1, σ' = 1: ε = x = −score, u = x − m, v = −m.
      const expected: Record<Kind, number[][]> = {
        denoiser: [[0.25, 2]],
        score: [[-0.5, 1]],
        noise: x,
        v: [[-0.25, -2]],
        velocity: [[0.25, -3]],
      }
      for (const to of kinds) expect(distance(await rowsOf(B, of('denoiser', to)), expected[to])).toBeLessThan(1e-15)
      expect(await rowsOf(B, of('velocity', 'denoiser'))).toEqual([[0.25, -3]])
      expect(await rowsOf(B, of('v', 'denoiser'))).toEqual([[-0.25, -2]])
      expect(await rowsOf(B, of('score', 'noise'))).toEqual([[-0.25, -2]])
      expect(await rowsOf(B, of('noise', 'score'))).toEqual([[-0.25, -2]])
    })

    it('is refused where x no longer shows the data', () => {
      for (const from of ['score', 'noise'] as const)
        for (const to of ['denoiser', 'v', 'velocity'] as const) expect(tagOf(() => of(from, to))).toBe('InvalidArgument')
    })
  })

  it('refuses v where the process does not preserve variance, and a time without α and σ', () => {
    const x = matrix(B, [[1]])
    for (const process of [subVp(), edm(), vanishingLinear()]) {
      const t = process.timeRange[0] + 0.3
      expect(tagOf(() => as('v', process)(constant('denoiser', [[1]]))(x, t))).toBe('Unsupported')
      expect(tagOf(() => as('score', process)(constant('v', [[1]]))(x, t))).toBe('Unsupported')
    }
    expect(tagOf(() => as('score', vpLinear())(constant('denoiser', [[1]]))(x, Number.NaN))).toBe('InvalidArgument')
  })
})
