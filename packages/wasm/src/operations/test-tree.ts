/** A plain builder of cloud trees and clouds to try them on, for the tests of this folder. Not part of the package's face. */
import { type CloudLevel, type CloudTree, key, normalArray } from '@tweedie/core'

const [BLOCK, ARITY] = [64, 16]

/** The points in an order where aligned groups of 64 · 2^k are compact: halves along the widest column, as many full blocks to the left as fit. */
const treeOrder = (points: Float64Array, d: number): number[] => {
  const at = (i: number, j: number): number => points[i * d + j] as number
  const split = (rows: number[]): number[] => {
    if (rows.length <= BLOCK) return rows
    const width = (j: number): number => Math.max(...rows.map((i) => at(i, j))) - Math.min(...rows.map((i) => at(i, j)))
    const widths = Array.from({ length: d }, (_, j) => width(j))
    const column = widths.indexOf(Math.max(...widths))
    const sorted = [...rows].sort((a, b) => at(a, column) - at(b, column))
    const left = (BLOCK * 2 ** Math.ceil(Math.log2(rows.length / BLOCK))) / 2
    return [...split(sorted.slice(0, left)), ...split(sorted.slice(left))]
  }
  return split(Array.from({ length: points.length / d }, (_, i) => i))
}

/** Eigenvalues, falling, and eigenvectors of a symmetric matrix by Jacobi rotations (Golub & Van Loan, §8.5). */
const eigen = (matrix: Float64Array, n: number): { values: number[]; vectors: number[][] } => {
  const a = Array.from({ length: n }, (_, i) => Array.from(matrix.subarray(i * n, i * n + n)))
  const v = a.map((row, i) => row.map((_, j) => (i === j ? 1 : 0)))
  const get = (m: number[][], i: number, j: number): number => (m[i] as number[])[j] as number
  const put = (m: number[][], i: number, j: number, value: number): void => {
    ;(m[i] as number[])[j] = value
  }
  for (let sweep = 0; sweep < 30; sweep++)
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        if (get(a, p, q) === 0) continue
        const theta = 0.5 * Math.atan2(2 * get(a, p, q), get(a, p, p) - get(a, q, q))
        const [c, s] = [Math.cos(theta), Math.sin(theta)]
        for (const [m, columnsOnly] of [
          [a, false],
          [v, true],
        ] as const) {
          for (let k = 0; k < n; k++) {
            const [x, y] = [get(m, k, p), get(m, k, q)]
            put(m, k, p, c * x + s * y)
            put(m, k, q, c * y - s * x)
          }
          if (columnsOnly) continue
          for (let k = 0; k < n; k++) {
            const [x, y] = [get(m, p, k), get(m, q, k)]
            put(m, p, k, c * x + s * y)
            put(m, q, k, c * y - s * x)
          }
        }
      }
  const order = a.map((_, i) => i).sort((i, j) => get(a, j, j) - get(a, i, i))
  return { values: order.map((i) => Math.max(0, get(a, i, i))), vectors: order.map((i) => v.map((row) => row[i] as number)) }
}

const levelOf = (points: Float64Array, logWeights: Float64Array | undefined, d: number, rank: number, size: number): CloudLevel => {
  const total = points.length / d
  const count = Math.ceil(total / size)
  const numbers = (each: number): Float64Array => new Float64Array(count * each)
  const [logWeight, lower, upper, centre] = [numbers(1), numbers(d), numbers(d), numbers(d)]
  const [vectors, variances, rest] = [numbers(rank * d), numbers(rank), numbers(1)]
  for (let g = 0; g < count; g++) {
    const rows = Array.from({ length: Math.min(total, (g + 1) * size) - g * size }, (_, i) => g * size + i)
    const logs = rows.map((i) => logWeights?.[i] ?? 0)
    const top = Math.max(...logs)
    const weights = logs.map((log) => Math.exp(log - top))
    const weight = weights.reduce((a, b) => a + b, 0)
    logWeight[g] = top + Math.log(weight)
    const covariance = new Float64Array(d * d)
    for (let j = 0; j < d; j++) {
      const column = rows.map((i) => points[i * d + j] as number)
      lower[g * d + j] = Math.min(...column)
      upper[g * d + j] = Math.max(...column)
      const origin = column[0] as number
      centre[g * d + j] = origin + column.reduce((sum, y, k) => sum + (weights[k] as number) * (y - origin), 0) / weight
    }
    rows.forEach((i, k) => {
      for (let j = 0; j < d; j++)
        for (let l = 0; l < d; l++)
          covariance[j * d + l] =
            (covariance[j * d + l] as number) +
            ((weights[k] as number) / weight) *
              ((points[i * d + j] as number) - (centre[g * d + j] as number)) *
              ((points[i * d + l] as number) - (centre[g * d + l] as number))
    })
    const axes = eigen(covariance, d)
    for (let r = 0; r < rank; r++) {
      variances[g * rank + r] = axes.values[r] as number
      vectors.set(axes.vectors[r] as number[], (g * rank + r) * d)
    }
    if (rank < d) rest[g] = axes.values.slice(rank).reduce((a, b) => a + b, 0) / (d - rank)
  }
  return { count, logWeight, lower, upper, centre, rank, vectors, variances, rest }
}

/** A tree over points [N, D] with log-weights or none, keeping so many axes. */
export const plainTree = (points: Float64Array, d: number, logWeights?: Float64Array, rank = d): CloudTree => {
  const order = Uint32Array.from(treeOrder(points, d))
  const sorted = Float64Array.from(
    { length: points.length },
    (_, e) => points[(order[Math.floor(e / d)] as number) * d + (e % d)] as number,
  )
  const weights = logWeights && Float64Array.from(order, (row) => logWeights[row] as number)
  const levels: CloudLevel[] = []
  for (let size = BLOCK; levels.at(-1)?.count !== 1; size *= ARITY) levels.push(levelOf(sorted, weights, d, rank, size))
  return {
    count: order.length,
    dimension: d,
    blockSize: BLOCK,
    arity: ARITY,
    points: sorted,
    ...(weights && { logWeights: weights }),
    order,
    levels,
  }
}

export const cloudKinds = ['normal', 'lattice', 'repeated', 'equal', 'line', 'outliers', 'apart', 'far'] as const

/** N points in D columns: in general position, with many equal ones, all equal, on a line, with far outliers, in two far clusters, far from the origin. */
export const cloudOf = (kind: (typeof cloudKinds)[number], count: number, d: number, seed: number): Float64Array =>
  normalArray(key(seed), count * d).map((value, e) => {
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
      case 'far':
        return value + 1e4
    }
  })
