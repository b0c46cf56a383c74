import { type HostMatrix, uniformArray } from '@tweedie/core'
import { type Curve, type Jet, nearestOnCurve } from './curve.js'
import { type Quadrature, quadratureLaw } from './quadrature-law.js'
import type { Support } from './support.js'
import { requireRows, requireWhole } from './validate.js'

export interface CurveInOptions {
  /** The most nodes of the quadrature behind `law`, at least 256; 16,384 when left out. */
  readonly nodes?: number
}

/**
 * The uniform law on a closed curve in R^D that lies in no smaller flat (but for one dimension where D is odd): y(u) = Σ_k (cos(ku) e_(2k−1) + sin(ku) e_(2k))/k
 * for k = 1 … ⌊D/2⌋, in the orthonormal basis e of the rows of Hartley's matrix. Its speed is √⌊D/2⌋ everywhere, so u is a length of arc; the coordinate is u/(2π).
 *
 * The law is a trapezoidal rule with steps of at most ½ σ/α along the curve: within 1e-9 σ/α for queries within 6 σ/α of the curve. Below the noise that
 * `nodes` resolve (for D = 16 and nodes left out, σ/α = 0.0022) it throws `InvalidArgument`. Building it throws `InvalidArgument` unless D is a whole
 * number ≥ 2.
 */
export const curveIn = (dimension = 16, { nodes = 16_384 }: CurveInOptions = {}): Support => {
  requireWhole('curveIn', 'dimension', dimension, 2)
  requireWhole('curveIn', 'nodes', nodes, SMALLEST)
  const harmonics = Math.floor(dimension / 2)
  const basis = hartley(dimension)
  const jet = (u: number): Jet => jetIn(basis, harmonics, u)
  const curve: Curve = { start: 0, end: 2 * Math.PI, closed: true, jet }
  const nearest = nearestOnCurve(curve, 32 * harmonics)
  const along = (us: Float64Array): HostMatrix => {
    const data = new Float64Array(us.length * dimension)
    us.forEach((u, i) => {
      data.set(jet(u)[0], i * dimension)
    })
    return { data, rows: us.length, columns: dimension }
  }
  const quadrature = (count: number): Quadrature => ({
    points: along(Float64Array.from({ length: count }, (_, k) => (2 * Math.PI * k) / count)),
    width: (4 * Math.PI * Math.sqrt(harmonics)) / count,
  })
  const sizes: number[] = []
  for (let size = SMALLEST; size < nodes; size *= 2) sizes.push(size)

  return {
    name: `curve in ${dimension} dimensions`,
    dimension,
    intrinsicDimension: 1,
    sample: (key, count) => along(uniformArray(key, count).map((share) => 2 * Math.PI * share)),
    distances: (x) => {
      requireRows('curveIn, distances', x, dimension)
      return nearest(x).distances
    },
    coordinates: (x) => {
      requireRows('curveIn, coordinates', x, dimension)
      return nearest(x).parameters.map((u) => u / (2 * Math.PI))
    },
    law: (B) => quadratureLaw(B, 'curveIn', [...sizes, nodes].map(quadrature)),
  }
}

const SMALLEST = 256

/** (cos(2πij/D) + sin(2πij/D))/√D: orthonormal rows for every D. */
const hartley = (dimension: number): readonly (readonly number[])[] =>
  Array.from({ length: dimension }, (_, i) =>
    Array.from({ length: dimension }, (_, j) => {
      const angle = (2 * Math.PI * ((i * j) % dimension)) / dimension
      return (Math.cos(angle) + Math.sin(angle)) / Math.sqrt(dimension)
    }),
  )

const jetIn = (basis: readonly (readonly number[])[], harmonics: number, u: number): Jet => {
  const zero = (): number[] => Array.from({ length: basis.length }, () => 0)
  const [point, first, second] = [zero(), zero(), zero()]
  const add = (to: number[], scale: number, row: readonly number[]): void => {
    for (let j = 0; j < row.length; j++) to[j] = (to[j] as number) + scale * (row[j] as number)
  }
  for (let k = 1; k <= harmonics; k++) {
    const [c, s] = [Math.cos(k * u), Math.sin(k * u)]
    const [even, odd] = [basis[2 * k - 2] as readonly number[], basis[2 * k - 1] as readonly number[]]
    add(point, c / k, even)
    add(point, s / k, odd)
    add(first, -s, even)
    add(first, c, odd)
    add(second, -k * c, even)
    add(second, -k * s, odd)
  }
  return [point, first, second]
}
