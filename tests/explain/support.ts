/** What the tests of `explainError` share: laws in the plane and networks that need no training. */
import { type Backend, type HostMatrix, type Key, normalArray } from '@tweedie/core'
import type { Generator, LabelledPairs } from '@tweedie/density'
import { mlp } from '@tweedie/nn'

/** Rows of N(0, [[1, c], [c, 1]]). */
export const gaussianRows = (key: Key, rows: number, correlation = 0.9): HostMatrix => {
  const data = normalArray(key, 2 * rows)
  const rest = Math.sqrt(1 - correlation ** 2)
  for (let i = 0; i < rows; i++) data[2 * i + 1] = correlation * (data[2 * i] as number) + rest * (data[2 * i + 1] as number)
  return { data, rows, columns: 2 }
}

/** Rows about four corners, (±1, ±1) in deviations of 0.1: unit variance, far from normal. */
export const cornerRows = (key: Key, rows: number): HostMatrix => {
  const data = normalArray(key, 2 * rows).map((z, k) => {
    const corner = Math.floor(k / 2) % 4
    return (k % 2 === 0 ? (corner & 1) * 2 - 1 : (corner & 2) - 1) + 0.1 * z
  })
  return { data, rows, columns: 2 }
}

/** The least-squares network x ↦ A x + b of pairs in the plane: exact where the map is affine, as that of a Gaussian's flow is. */
export const leastSquaresGenerator = <N>(B: Backend<N>, { inputs, targets }: Pick<LabelledPairs, 'inputs' | 'targets'>): Generator<N> => {
  const { rows } = inputs
  const at = ({ data }: HostMatrix, i: number, j: number): number => data[2 * i + j] as number
  const mean = (of: (i: number) => number): number => {
    let sum = 0
    for (let i = 0; i < rows; i++) sum += of(i)
    return sum / rows
  }
  const [y, x] = [inputs, targets].map((matrix) => [0, 1].map((j) => mean((i) => at(matrix, i, j)))) as [number[], number[]]
  const covariance = (of: HostMatrix, centre: number[], j: number, k: number): number =>
    mean((i) => (at(inputs, i, j) - (y[j] as number)) * (at(of, i, k) - (centre[k] as number)))
  const [a, b, d] = [covariance(inputs, y, 0, 0), covariance(inputs, y, 0, 1), covariance(inputs, y, 1, 1)]
  const cross = [0, 1].map((j) => [0, 1].map((k) => covariance(targets, x, j, k))) as [[number, number], [number, number]]
  const determinant = a * d - b * b
  const weight = [0, 1].map((k) => [
    (d * (cross[0][k] as number) - b * (cross[1][k] as number)) / determinant,
    (a * (cross[1][k] as number) - b * (cross[0][k] as number)) / determinant,
  ]) as [[number, number], [number, number]]
  const bias = [0, 1].map(
    (k) => (x[k] as number) - (weight[k]?.[0] as number) * (y[0] as number) - (weight[k]?.[1] as number) * (y[1] as number),
  )
  return {
    network: mlp([2, 2]),
    parameters: [{ weight: B.tensor([weight[0][0], weight[1][0], weight[0][1], weight[1][1]], [2, 2]), bias: B.tensor(bias, [2]) }],
  }
}
