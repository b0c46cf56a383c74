import { type HostMatrix, hostMatrix } from '@tweedie/core'
import fc from 'fast-check'
import { severalNumbers } from './numbers.js'

/**
 * Orthogonal matrices, [dimension, dimension], orthogonal to rounding: products of Householder reflections I − 2 v vᵀ/|v|², so turns and
 * reflections both, the identity included, and permutations of the axes.
 */
export const rotations = (dimension: number): fc.Arbitrary<HostMatrix> => {
  const vector = severalNumbers(dimension, -1, 1).map((v) => (Math.hypot(...v) > 1e-3 ? v : v.map((_, j) => (j === 0 ? 1 : 0))))
  const reflections = fc.array(vector, { maxLength: dimension + 1 }).map((vectors) =>
    vectors.reduce((q, v) => {
      const norm2 = v.reduce((sum, value) => sum + value * value, 0)
      return q.map((row) => {
        const along = (2 * row.reduce((sum, value, j) => sum + value * (v[j] as number), 0)) / norm2
        return row.map((value, j) => value - along * (v[j] as number))
      })
    }, identity(dimension)),
  )
  const axes = fc
    .shuffledSubarray(
      Array.from({ length: dimension }, (_, j) => j),
      { minLength: dimension },
    )
    .map((order) => order.map((j) => identity(dimension)[j] as number[]))
  return fc.oneof({ weight: 4, arbitrary: reflections }, axes).map((rows) => hostMatrix(rows.flat(), dimension, dimension))
}

const identity = (size: number): number[][] =>
  Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)))
