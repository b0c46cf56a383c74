import { fold, fromRows, type HostMatrix, type Key, key, normalArray, uniformArray } from '@tweedie/core'
import type { MixtureComponent } from '@tweedie/score'

/** A law that is known: it can be drawn from, and its flow is a closed form. */
export interface KnownLaw {
  readonly name: string
  readonly columns: number
  readonly components: readonly Required<MixtureComponent>[]
  readonly draw: (key: Key, rows: number) => HostMatrix
}

/** A component as a mean and a factor L of its covariance L Lᵀ. */
interface Factored {
  readonly mean: readonly number[]
  readonly factor: readonly (readonly number[])[]
}

const covarianceOf = (factor: Factored['factor']): readonly (readonly number[])[] =>
  factor.map((row) => factor.map((other) => row.reduce((sum, value, k) => sum + value * (other[k] as number), 0)))

/** An equal mixture, moved and scaled column by column so that its mean is 0 and its variance 1. */
const standardised = (name: string, given: readonly Factored[]): KnownLaw => {
  const columns = (given[0] as Factored).mean.length
  const average = (of: (component: Factored) => number): number => given.reduce((sum, each) => sum + of(each), 0) / given.length
  const centre = Array.from({ length: columns }, (_, j) => average(({ mean }) => mean[j] as number))
  const deviation = centre.map((c, j) =>
    Math.sqrt(
      average(({ mean, factor }) => ((mean[j] as number) - c) ** 2 + (factor[j] as readonly number[]).reduce((sum, v) => sum + v * v, 0)),
    ),
  )
  const components = given.map(({ mean, factor }) => ({
    mean: mean.map((value, j) => (value - (centre[j] as number)) / (deviation[j] as number)),
    factor: factor.map((row, j) => row.map((value) => value / (deviation[j] as number))),
  }))
  return {
    name,
    columns,
    components: components.map(({ mean, factor }) => ({ weight: 1, mean, covariance: fromRows(covarianceOf(factor)) })),
    draw: (drawn, rows) => {
      const [which, z] = [uniformArray(fold(drawn, 0), rows), normalArray(fold(drawn, 1), rows * columns)]
      const data = new Float64Array(rows * columns)
      for (let i = 0; i < rows; i++) {
        const { mean, factor } = components[Math.floor(components.length * (which[i] as number))] as Factored
        for (let j = 0; j < columns; j++) {
          let sum = mean[j] as number
          for (let k = 0; k < columns; k++) sum += (factor[j]?.[k] as number) * (z[i * columns + k] as number)
          data[i * columns + j] = sum
        }
      }
      return { data, rows, columns }
    },
  }
}

/** Eight equal Gaussians on a circle in the plane, their distance to its centre eight deviations. */
export const ringLaw: KnownLaw = standardised(
  'ring of eight Gaussians, 2 columns',
  Array.from({ length: 8 }, (_, k) => ({
    mean: [8 * Math.cos((Math.PI * k) / 4), 8 * Math.sin((Math.PI * k) / 4)],
    factor: [
      [1, 0],
      [0, 1],
    ],
  })),
)

/** Five Gaussians in eight columns, means and factors drawn once: overlapping, correlated, smooth. */
export const smoothLaw: KnownLaw = standardised(
  'random mixture of five, 8 columns',
  Array.from({ length: 5 }, (_, k) => {
    const numbers = normalArray(fold(key(8), k), 8 + 64)
    return {
      mean: Array.from(numbers.subarray(0, 8), (z) => 1.2 * z),
      factor: Array.from({ length: 8 }, (_, j) => Array.from(numbers.subarray(8 + 8 * j, 16 + 8 * j), (z) => z / Math.sqrt(8))),
    }
  }),
)

export const laws: readonly KnownLaw[] = [ringLaw, smoothLaw]
