import { type CloudTree, fromRows, type HostMatrix, hostMatrix, key, normalArray, uniformArray } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tagOf } from '../test-support.js'
import { cloudTree } from './cloud-tree.js'
import { cloudWithWeights, treeClouds } from './testing.js'

const rowsOfGroup = (tree: CloudTree, level: number, group: number): number[] => {
  const size = tree.blockSize * tree.arity ** level
  return Array.from({ length: Math.min(tree.count, (group + 1) * size) - group * size }, (_, i) => group * size + i)
}

/** Weight, mean and covariance of places of a tree, from their definitions. */
const direct = (tree: CloudTree, places: readonly number[]) => {
  const { dimension: d, points, logWeights } = tree
  const logs = places.map((i) => (logWeights === undefined ? 0 : (logWeights[i] as number)))
  const top = Math.max(...logs)
  const weights = logs.map((value) => Math.exp(value - top))
  const total = weights.reduce((sum, w) => sum + w, 0)
  const origin = places[0] as number
  const shifted = places.map((i) => Array.from({ length: d }, (_, j) => (points[i * d + j] as number) - (points[origin * d + j] as number)))
  const mean = Array.from({ length: d }, (_, j) =>
    shifted.reduce((sum, y, k) => sum + ((weights[k] as number) / total) * (y[j] as number), 0),
  )
  const covariance = Array.from({ length: d * d }, (_, e) => {
    const [j, l] = [Math.floor(e / d), e % d]
    return shifted.reduce(
      (sum, y, k) =>
        sum + ((weights[k] as number) / total) * ((y[j] as number) - (mean[j] as number)) * ((y[l] as number) - (mean[l] as number)),
      0,
    )
  })
  return { logWeight: top + Math.log(total), mean: mean.map((value, j) => value + (points[origin * d + j] as number)), covariance }
}

/** C = Σ variances v vᵀ + rest · (I − Σ v vᵀ) of a group. */
const stored = ({ dimension: d, levels }: CloudTree, k: number, g: number): number[] => {
  const { rank, vectors, variances, rest } = levels[k] as CloudTree['levels'][number]
  return Array.from({ length: d * d }, (_, e) => {
    const [j, l] = [Math.floor(e / d), e % d]
    let sum = j === l ? (rest[g] as number) : 0
    for (let r = 0; r < rank; r++) {
      const at = (g * rank + r) * d
      sum += ((variances[g * rank + r] as number) - (rest[g] as number)) * (vectors[at + j] as number) * (vectors[at + l] as number)
    }
    return sum
  })
}

const largest = (values: ArrayLike<number>): number => Array.from(values).reduce((best, value) => Math.max(best, Math.abs(value)), 0)
const trace = (matrix: readonly number[], d: number): number =>
  Array.from({ length: d }, (_, j) => matrix[j * d + j] as number).reduce((a, b) => a + b, 0)

const requireSound = (tree: CloudTree, data: HostMatrix): void => {
  const { count: n, dimension: d } = tree
  expect(tree.points.length).toBe(n * d)
  expect(Array.from(tree.order).sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i))
  for (let k = 0; k < n; k++) for (let j = 0; j < d; j++) expect(tree.points[k * d + j]).toBe(data.data[(tree.order[k] as number) * d + j])
  expect(tree.levels.map(({ count }) => count)).toEqual(
    tree.levels.map((_, level) => Math.ceil(n / (tree.blockSize * tree.arity ** level))),
  )
  expect(tree.levels.at(-1)?.count).toBe(1)

  const size = largest(tree.points)
  tree.levels.forEach(({ count, logWeight, lower, upper, centre, rank, vectors, variances }, k) => {
    for (let g = 0; g < count; g++) {
      const places = rowsOfGroup(tree, k, g)
      const wanted = direct(tree, places)
      // Sums of at most 2^11 numbers, and a mean that cancels where points lie far from the origin: 2^-52 · 2^6 covers their random walk.
      const unit = 2 ** -46
      expect(Math.abs((logWeight[g] as number) - wanted.logWeight)).toBeLessThan(unit * Math.max(1, Math.abs(wanted.logWeight)))
      for (let j = 0; j < d; j++) {
        const column = places.map((i) => tree.points[i * d + j] as number)
        const [low, high] = [Math.min(...column), Math.max(...column)]
        expect(lower[g * d + j] === low && upper[g * d + j] === high).toBe(true)
        expect(centre[g * d + j]).toBeGreaterThanOrEqual(low)
        expect(centre[g * d + j]).toBeLessThanOrEqual(high)
        expect(Math.abs((centre[g * d + j] as number) - (wanted.mean[j] as number))).toBeLessThanOrEqual(unit * size)
      }
      // A mean off by the rounding of the far origin moves a covariance by as much times the spread, and by its square.
      const variance = trace(wanted.covariance, d)
      const allowed = unit * variance + 2 ** -47 * size * Math.sqrt(variance) + (2 ** -47 * size) ** 2
      const found = stored(tree, k, g)
      expect(Math.abs(trace(found, d) - variance)).toBeLessThanOrEqual(allowed)
      if (rank === d)
        for (let e = 0; e < d * d; e++)
          expect(Math.abs((found[e] as number) - (wanted.covariance[e] as number))).toBeLessThanOrEqual(4 * allowed)
      for (let r = 0; r < rank; r++) {
        expect(variances[g * rank + r]).toBeGreaterThanOrEqual(0)
        if (r > 0) expect(variances[g * rank + r] as number).toBeLessThanOrEqual(variances[g * rank + r - 1] as number)
        for (let s = 0; s <= r; s++) {
          let product = 0
          for (let j = 0; j < d; j++) product += (vectors[(g * rank + r) * d + j] as number) * (vectors[(g * rank + s) * d + j] as number)
          expect(Math.abs(product - (r === s ? 1 : 0))).toBeLessThan(1e-13)
        }
      }
    }
  })
}

describe('cloudTree', () => {
  it('has every point once, boxes around their points, and the moments of their definitions', () => {
    fc.assert(
      fc.property(cloudWithWeights(treeClouds()), ({ data, logWeights }) => requireSound(cloudTree(data, logWeights), data)),
      { numRuns: 15 },
    )
  })

  it.each([0, 1, 2, 5])('keeps rank %i axes and the mean variance of what is left', (rank) => {
    fc.assert(
      fc.property(treeClouds({ dimension: 5 }), (data) => requireSound(cloudTree(data, undefined, { rank }), data)),
      { numRuns: 2 },
    )
  })

  it('finds the two leading axes of many columns', () => {
    const [n, d] = [300, 12]
    const normals = normalArray(key(3), n * d)
    // A plane with variances 9 and 4 in a random direction each, and noise of variance 1e-4.
    const [a, b] = [normalArray(key(4), d), normalArray(key(5), d)]
    const unit = (v: Float64Array): number[] => Array.from(v, (value) => value / Math.hypot(...v))
    const [u, w] = [unit(a), unit(b)]
    const data = Float64Array.from(normals, (value, e) => {
      const [i, j] = [Math.floor(e / d), e % d]
      return 3 * (normals[i * d] as number) * (u[j] as number) + 2 * (normals[i * d + 1] as number) * (w[j] as number) + 0.01 * value
    })
    const tree = cloudTree(hostMatrix(data, n, d))
    requireSound(tree, hostMatrix(data, n, d))
    for (const { count, rank, rest } of tree.levels) {
      expect(rank).toBe(2)
      for (let g = 0; g < count; g++) expect(rest[g]).toBeLessThan(3e-4)
    }
  })

  it('is compact: aligned groups of uniform points are as small as their share of the volume', () => {
    const n = 64 * 256
    const tree = cloudTree(hostMatrix(uniformArray(key(1), 2 * n), n, 2))
    for (const { count, lower, upper } of tree.levels) {
      let area = 0
      for (let g = 0; g < count; g++) {
        const [w, h] = [0, 1].map((j) => (upper[2 * g + j] as number) - (lower[2 * g + j] as number)) as [number, number]
        area += w * h
        // Squares and halves of squares, but for what chance does to a column's spread.
        expect(Math.max(w, h) / Math.min(w, h)).toBeLessThan(3)
      }
      // The boxes are parts of a partition of the square.
      expect(area).toBeLessThanOrEqual(1)
    }
  })

  it('keeps its digits far from the origin', () => {
    const data = hostMatrix(
      normalArray(key(2), 400).map((value) => 1e6 + value),
      200,
      2,
    )
    requireSound(cloudTree(data), data)
  })

  it('refuses what it cannot use', () => {
    const data = fromRows([[1, 2]])
    expect(tagOf(() => cloudTree(hostMatrix([], 0, 2)))).toBe('InvalidTable')
    expect(tagOf(() => cloudTree(fromRows([[1, Number.NaN]])))).toBe('NotFinite')
    expect(tagOf(() => cloudTree(data, [1, 2]))).toBe('ShapeMismatch')
    expect(tagOf(() => cloudTree(data, [Number.NEGATIVE_INFINITY]))).toBe('NotFinite')
    for (const rank of [-1, 3, 0.5, Number.NaN]) expect(tagOf(() => cloudTree(data, undefined, { rank }))).toBe('InvalidArgument')
  })
})
