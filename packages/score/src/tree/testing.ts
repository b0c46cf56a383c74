/** Clouds that the tests of this folder share, and the exact posterior over them. Not part of the package's face. */
import { type HostMatrix, hostMatrix, key, type NoiseLevel, normalArray } from '@tweedie/core'
import fc from 'fast-check'

/** How many points: one, less than a block, a block, one more, several blocks, more than sixteen of them. */
const counts = fc.oneof(
  fc.constantFrom(1, 2, 63, 64, 65, 128, 129, 1024, 1025),
  fc.integer({ min: 1, max: 700 }),
  fc.integer({ min: 1000, max: 1300 }),
)

const kinds = ['normal', 'lattice', 'repeated', 'equal', 'line', 'outliers', 'apart'] as const

/** Clouds of several blocks: in general position, lattices, repeated points, all equal, on a line, with far outliers, two far clusters. */
export const treeClouds = ({ dimension, most = 1300 }: { dimension?: number; most?: number } = {}): fc.Arbitrary<HostMatrix> =>
  fc
    .tuple(dimension === undefined ? fc.constantFrom(1, 2, 3, 6) : fc.constant(dimension), counts, fc.constantFrom(...kinds), fc.nat(1e6))
    .map(([d, count, kind, seed]) => cloudOfKind(kind, Math.min(count, most), d, seed))

/** A value that a failing property prints by a name, not by its thousands of numbers. */
const named = <T extends object>(name: string, value: T): T => Object.assign(value, { [fc.toStringMethod]: () => name })

const cloudOfKind = (kind: (typeof kinds)[number], count: number, d: number, seed: number): HostMatrix => {
  const data = normalArray(key(seed), count * d).map((value, e) => {
    const i = Math.floor(e / d)
    switch (kind) {
      case 'normal':
        return value
      case 'lattice':
        return Math.round(2 * value) + 0
      case 'repeated':
        return Math.sin((i % 7) * ((e % d) + 1))
      case 'equal':
        return 0.1 * ((e % d) + 1)
      case 'line':
        return Math.sin(i) * ((e % d) - 0.5)
      case 'outliers':
        return i % 97 === 5 ? 40 * value : value
      case 'apart':
        return value + (i % 2 === 0 ? 0 : 1000)
    }
  })
  return named(`${kind}, ${count} × ${d}, seed ${seed}`, hostMatrix(data, count, d))
}

/** A cloud without log-weights, with some of size 1, or spread over a hundred powers of e. */
export const cloudWithWeights = (
  clouds: fc.Arbitrary<HostMatrix>,
): fc.Arbitrary<{ readonly data: HostMatrix; readonly logWeights?: Float64Array }> =>
  fc
    .tuple(clouds, fc.constantFrom(0, 1, 30), fc.nat(1e6))
    .map(([data, size, seed]) =>
      named(
        `${fc.stringify(data)}, log-weights of size ${size}, seed ${seed}`,
        size === 0 ? { data } : { data, logWeights: normalArray(key(seed), data.rows).map((value) => size * value) },
      ),
    )

/** σ from 1e-6 to 10 and α from 0 to 1, the ends among them. */
export const treeNoise: fc.Arbitrary<NoiseLevel> = fc.record({
  alpha: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
  sigma: fc.oneof(
    fc.constantFrom(1e-6, 10),
    fc.double({ min: -6, max: 1, noNaN: true }).map((power) => 10 ** power),
  ),
})

/** Queries near points, midway between two of them, and far away: [count, D]. */
export const queriesNear = ({ data, rows, columns }: HostMatrix, { alpha, sigma }: NoiseLevel, seed: number, count = 6): Float64Array => {
  const noise = normalArray(key(seed), count * columns)
  return noise.map((z, e) => {
    const [q, j] = [Math.floor(e / columns), e % columns]
    const y = (i: number): number => alpha * (data[((seed + i) % rows) * columns + j] as number)
    return q % 3 === 0 ? y(7 * q) + sigma * z : q % 3 === 1 ? (y(q) + y(5 * q)) / 2 : 3 * y(q) + 2 * z
  })
}

/** The posterior by its definition, every point in a row: the same logits to the bit as the tree's, so that rounding in them is no difference. */
export const directPosterior = (
  data: HostMatrix,
  logWeights: ArrayLike<number> | undefined,
  x: Float64Array,
  { alpha, sigma }: NoiseLevel,
) => {
  const { rows, columns: d } = data
  const logits = Array.from({ length: rows }, (_, i) => {
    let squared = 0
    for (let j = 0; j < d; j++) squared += ((x[j] as number) - alpha * (data.data[i * d + j] as number)) ** 2
    return squared * (-0.5 / (sigma * sigma)) + (logWeights === undefined ? 0 : (logWeights[i] as number))
  })
  const top = logits.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY)
  const weights = logits.map((logit) => Math.exp(logit - top))
  const total = weights.reduce((sum, w) => sum + w, 0)
  const share = weights.map((w) => w / total)
  const y = (i: number, j: number): number => data.data[i * d + j] as number
  const mean = Array.from({ length: d }, (_, j) => share.reduce((sum, w, i) => sum + w * y(i, j), 0))
  const trace = share.reduce((sum, w, i) => sum + w * mean.reduce((squares, m, j) => squares + (y(i, j) - m) ** 2, 0), 0)
  const logTotal = logWeights === undefined ? Math.log(rows) : logSumOf(Array.from(logWeights))
  return {
    mean,
    covarianceTrace: trace,
    logDensity: top + Math.log(total) - logTotal - 0.5 * d * Math.log(2 * Math.PI * sigma * sigma),
    effectiveSampleSize: 1 / share.reduce((sum, w) => sum + w * w, 0),
    largestLogit: Math.abs(top),
  }
}

const logSumOf = (values: readonly number[]): number => {
  const top = values.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY)
  return top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0))
}

/** The diagonal of a cloud's box, and its largest coordinate. */
export const extentOf = ({ data, rows, columns }: HostMatrix): { readonly diagonal: number; readonly size: number } => {
  let [squares, size] = [0, 0]
  for (let j = 0; j < columns; j++) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (let i = 0; i < rows; i++) {
      low = Math.min(low, data[i * columns + j] as number)
      high = Math.max(high, data[i * columns + j] as number)
    }
    squares += (high - low) ** 2
    size = Math.max(size, Math.abs(low), Math.abs(high))
  }
  return { diagonal: Math.sqrt(squares), size }
}
