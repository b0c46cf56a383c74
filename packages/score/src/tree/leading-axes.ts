import { type AxesFinder, jacobiAxes } from './principal-axes.js'

/** Steps of the iteration. It stops where no variance grows by more than this share of itself: what is missing goes to the other axes' mean. */
const mostSteps = 40
const settled = 1e-4

/**
 * The first `rank` axes of a large matrix by orthogonal iteration with Rayleigh and Ritz's rotation (Golub & Van Loan §8.2.4). Any
 * orthonormal axes with their own variances are an honest description, so it need not converge to the last digit.
 */
export const leadingAxes = (dimension: number, rank: number): AxesFinder => {
  const d = dimension
  const v = new Float64Array(rank * d)
  const image = new Float64Array(rank * d)
  const small = new Float64Array(rank * rank)
  const turn = new Float64Array(rank * rank)
  const ritz = new Float64Array(rank)
  const before = new Float64Array(rank)
  const rotationOf = jacobiAxes(rank, rank)

  const dot = (a: Float64Array, i: number, b: Float64Array, j: number): number => {
    let sum = 0
    for (let k = 0; k < d; k++) sum += (a[i * d + k] as number) * (b[j * d + k] as number)
    return sum
  }

  /** Gram and Schmidt, each row twice; a row that vanishes is replaced by a unit vector. */
  const orthonormalise = (): void => {
    for (let i = 0; i < rank; i++) {
      let size = Math.sqrt(dot(v, i, v, i))
      for (let unit = -1; ; unit++) {
        if (unit >= 0) for (let k = 0; k < d; k++) v[i * d + k] = k === unit ? 1 : 0
        const start = unit < 0 ? size : 1
        for (let twice = 0; twice < 2; twice++)
          for (let j = 0; j < i; j++) {
            const share = dot(v, i, v, j)
            for (let k = 0; k < d; k++) v[i * d + k] = (v[i * d + k] as number) - share * (v[j * d + k] as number)
          }
        size = Math.sqrt(dot(v, i, v, i))
        if (size > 1e-12 * start && size > 0) break
      }
      for (let k = 0; k < d; k++) v[i * d + k] = (v[i * d + k] as number) / size
    }
  }

  /** image = v · matrix. */
  const multiply = (matrix: Float64Array): void => {
    image.fill(0)
    for (let i = 0; i < rank; i++)
      for (let l = 0; l < d; l++) {
        const factor = v[i * d + l] as number
        for (let k = 0; k < d; k++) image[i * d + k] = (image[i * d + k] as number) + factor * (matrix[l * d + k] as number)
      }
  }

  /** Turns v within its span to the axes of the matrix there. */
  const rotate = (matrix: Float64Array): void => {
    multiply(matrix)
    for (let i = 0; i < rank; i++)
      for (let j = 0; j <= i; j++) {
        small[i * rank + j] = dot(v, i, image, j)
        small[j * rank + i] = small[i * rank + j] as number
      }
    rotationOf(small, turn, 0, ritz, 0)
    const [rows, images] = [v.slice(), image.slice()]
    for (let i = 0; i < rank; i++)
      for (let k = 0; k < d; k++) {
        let [row, its] = [0, 0]
        for (let j = 0; j < rank; j++) {
          row += (turn[i * rank + j] as number) * (rows[j * d + k] as number)
          its += (turn[i * rank + j] as number) * (images[j * d + k] as number)
        }
        v[i * d + k] = row
        image[i * d + k] = its
      }
  }

  /** Starts from the columns of the matrix with the largest variances. */
  const start = (matrix: Float64Array): void => {
    const taken = new Set<number>()
    for (let i = 0; i < rank; i++) {
      let best = -1
      for (let k = 0; k < d; k++)
        if (!taken.has(k) && (best < 0 || (matrix[k * d + k] as number) > (matrix[best * d + best] as number))) best = k
      taken.add(best)
      for (let k = 0; k < d; k++) v[i * d + k] = matrix[best * d + k] as number
    }
  }

  return (matrix, vectors, vectorsAt, variances, variancesAt) => {
    start(matrix)
    orthonormalise()
    rotate(matrix)
    for (let step = 0; step < mostSteps; step++) {
      before.set(ritz)
      v.set(image)
      orthonormalise()
      rotate(matrix)
      if (ritz.every((value, k) => value - (before[k] as number) <= settled * value)) break
    }
    vectors.set(v, vectorsAt)
    for (let k = 0; k < rank; k++) variances[variancesAt + k] = Math.max(0, ritz[k] as number)
  }
}
