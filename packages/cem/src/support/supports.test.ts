import { fold, type HostMatrix, hostMatrix, key, type Matrix, normalArray, ornsteinUhlenbeck, sliceRows } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { densityField } from '@tweedie/score'
import { keys } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { circleSupport } from './circle-support.js'
import { curveIn } from './curve-in.js'
import { lineNormal } from './line-normal.js'
import { planeNormal } from './plane-normal.js'
import { eightPoints, points, randomPoints } from './points.js'
import { spiral } from './spiral.js'
import type { Support } from './support.js'
import { surface } from './surface.js'

const B = cpu()

const supports: readonly Support[] = [
  lineNormal({ mean: 0.3, deviation: 1.7 }),
  spiral({ nodes: 2048 }),
  planeNormal({ mean: [1, -1, 0.5], deviations: [0.5, 2], normal: [1, 2, -2] }),
  points(hostMatrix([0, 0, 1, 0, 0, 2], 3, 2), [1, 2, 5]),
  randomPoints(key(4), 20, 3),
  eightPoints(),
  circleSupport(2),
  surface({ nodes: 4096 }),
  curveIn(16, { nodes: 1024 }),
  curveIn(5, { nodes: 1024 }),
]

const noisy = (x: HostMatrix, deviation: number, of = key(77)): HostMatrix =>
  hostMatrix(
    normalArray(of, x.data.length).map((z, e) => (x.data[e] as number) + deviation * z),
    x.rows,
    x.columns,
  )

describe.each(supports.map((support, k) => [`${support.name} (${k})`, support] as const))('support: %s', (_, support) => {
  it('draws rows that depend on the key and their number alone', () =>
    fc.assert(
      fc.property(keys(), fc.integer({ min: 0, max: 9 }), (of, count) => {
        const many = support.sample(of, 10)
        expect(support.sample(of, count)).toEqual({ ...sliceRows(many, 0, count), data: many.data.slice(0, count * support.dimension) })
        expect(support.sample(fold(of, 1), 10).data).not.toEqual(many.data)
      }),
      { numRuns: 5 },
    ))

  it('draws from itself, to rounding of coordinates up to 30', () => {
    const distances = support.distances(support.sample(key(1), 500))
    expect(Math.max(...distances)).toBeLessThan(30 * 2 ** -50)
  })

  it('is at most as far as any of its points, whatever else is in the batch', () =>
    fc.assert(
      fc.property(keys(), (of) => {
        const sample = support.sample(of, 400)
        const x = noisy(support.sample(fold(of, 1), 20), 1, fold(of, 2))
        support.distances(x).forEach((distance, i) => {
          expect(distance).toBeLessThanOrEqual(nearestOf(sample, x, i) * (1 + 1e-14))
          expect(support.distances(rowOf(x, i))).toEqual(Float64Array.of(distance))
        })
      }),
      { numRuns: 3 },
    ))

  it('has a distance of Lipschitz constant 1', () =>
    fc.assert(
      fc.property(keys(), fc.double({ min: 0.01, max: 3, noNaN: true }), (of, size) => {
        const x = noisy(support.sample(of, 30), 1, fold(of, 1))
        const y = noisy(x, size, fold(of, 2))
        const [a, b] = [support.distances(x), support.distances(y)]
        a.forEach((value, i) => {
          expect(Math.abs(value - (b[i] as number))).toBeLessThanOrEqual(distance(x, i, y, i) + 1e-13)
        })
      }),
      { numRuns: 5 },
    ))

  it('refuses a hole and another number of columns', () => {
    const wrong = hostMatrix([0, ...support.sample(key(1), 1).data], 1, support.dimension + 1)
    expect(() => support.distances(wrong)).toThrow(/columns in a space/)
    const hole = hostMatrix(
      support.sample(key(1), 1).data.map((v, j) => (j === 0 ? Number.NaN : v)),
      1,
      support.dimension,
    )
    expect(() => support.distances(hole)).toThrow(/row 0, column 0/)
    if (support.coordinates) expect(() => support.coordinates?.(hole)).toThrow(/row 0, column 0/)
  })

  // The law is that of the samples: the denoiser at σ/α = 0.6 against the self-normalised mean over 20,000 draws, at 6 standard errors of the delta method.
  // A normal error passes that once in 5e8; some 300 numbers are looked at.
  it('has the law that it draws from', async () => {
    const [process, t] = [ornsteinUhlenbeck(), Math.log1p(0.36)]
    const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
    const field = densityField(B, support.law(B))(process)
    const drawn = support.sample(key(11), 20_000)
    const x = hostMatrix(
      noisy(support.sample(key(12), 8), 0.6, key(13)).data.map((v) => v * alpha),
      8,
      support.dimension,
    )
    const m = await readRows(field(tensor(x), t), x)
    for (let i = 0; i < x.rows; i++) {
      const weights = Float64Array.from({ length: drawn.rows }, (_, k) => Math.exp(-squares(x, i, drawn, k, alpha) / (2 * sigma * sigma)))
      const total = weights.reduce((sum, w) => sum + w, 0)
      for (let j = 0; j < x.columns; j++) {
        const mean = weights.reduce((sum, w, k) => sum + w * at(drawn, k, j), 0) / total
        const variance = weights.reduce((sum, w, k) => sum + (w * (at(drawn, k, j) - mean)) ** 2, 0) / total ** 2
        expect(Math.abs(at(m, i, j) - mean)).toBeLessThanOrEqual(6 * Math.sqrt(variance) + 1e-12)
      }
    }
    field.free()
  })

  it('frees what its law holds', () => {
    const before = B.liveTensors()
    const field = densityField(B, support.law(B))(ornsteinUhlenbeck())
    const x = tensor(support.sample(key(1), 3))
    for (const made of [field(x, 0.5), field.logDensity(x, 0.5)]) B.free(made)
    const { mean, covarianceTrace } = field.moments?.(x, 0.5) ?? {}
    for (const made of [mean, covarianceTrace, x]) if (made) B.free(made)
    field.free()
    expect(B.liveTensors()).toBe(before)
  })
})

describe('coordinates', () => {
  const along = supports.filter((support) => support.coordinates !== undefined)
  // Kolmogorov–Smirnov at level 1e-9 for each of the supports and keys.
  it.each(along.map((support) => [support.name, support] as const))('are uniform along: %s', (_, support) =>
    fc.assert(
      fc.property(keys(), (of) => {
        const u = (support.coordinates as NonNullable<Support['coordinates']>)(support.sample(of, 2000)).sort()
        u.forEach((value, k) => {
          expect(Math.abs(value - (k + 0.5) / u.length) - 0.5 / u.length).toBeLessThan(Math.sqrt((-0.5 * Math.log(1e-9 / 2)) / u.length))
        })
        expect(u[0]).toBeGreaterThanOrEqual(0)
        expect(u[u.length - 1]).toBeLessThanOrEqual(1)
      }),
      { numRuns: 2 },
    ),
  )
})

const at = (x: HostMatrix, i: number, j: number): number => x.data[i * x.columns + j] as number
const rowOf = (x: HostMatrix, i: number): HostMatrix => ({
  ...sliceRows(x, i, i + 1),
  data: x.data.slice(i * x.columns, (i + 1) * x.columns),
})
const squares = (x: HostMatrix, i: number, y: HostMatrix, k: number, scale = 1): number => {
  let sum = 0
  for (let j = 0; j < x.columns; j++) sum += (at(x, i, j) - scale * at(y, k, j)) ** 2
  return sum
}
const distance = (x: HostMatrix, i: number, y: HostMatrix, k: number): number => Math.sqrt(squares(x, i, y, k))
const nearestOf = (sample: HostMatrix, x: HostMatrix, i: number): number =>
  Array.from({ length: sample.rows }, (_, k) => distance(x, i, sample, k)).reduce((a, b) => Math.min(a, b))
const tensor = (x: HostMatrix): Matrix<CpuTensor> => B.tensor(x.data, [x.rows, x.columns])
const readRows = async (m: Parameters<typeof B.read>[0], x: HostMatrix): Promise<HostMatrix> =>
  hostMatrix(await B.read(m), x.rows, x.columns)
