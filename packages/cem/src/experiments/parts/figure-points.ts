import type { HostMatrix } from '@tweedie/core'
import type { Points } from '../result.js'

/** A number of a figure: five digits are more than a picture shows. */
export const rounded = (value: number): number => Number(value.toPrecision(5))

/** The most points of a scatter. */
const MOST = 2000

/** Two columns as dots: the first rows, as samples are independent, at most 2,000. Rows with a number that is not finite are left out. */
export const scatter = (matrix: HostMatrix, most = MOST, [first, second]: readonly [number, number] = [0, 1]): Points => {
  const points: [number, number][] = []
  for (let i = 0; i < matrix.rows && points.length < most; i++) {
    const [x, y] = [matrix.data[i * matrix.columns + first] as number, matrix.data[i * matrix.columns + second] as number]
    if (Number.isFinite(x) && Number.isFinite(y)) points.push([rounded(x), rounded(y)])
  }
  return points
}

/** Numbers against numbers, as a line or as bars. */
export const against = (xs: ArrayLike<number>, ys: ArrayLike<number>): Points =>
  Array.from(xs, (x, i) => [rounded(x), rounded(ys[i] as number)] as const)
