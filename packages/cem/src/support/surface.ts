import { tweedieError, uniformArray } from '@tweedie/core'
import { turn } from './circle-support.js'
import { type Quadrature, quadratureLaw } from './quadrature-law.js'
import type { Support } from './support.js'
import { requirePositive, requireRows, requireWhole } from './validate.js'

export interface SurfaceOptions {
  /** The radius R of the circle that the tube follows, 2 when left out. */
  readonly radius?: number
  /** The radius r < R of the tube, 0.75 when left out. */
  readonly tube?: number
  /** The most nodes of the quadrature behind `law`, at least 2,048; 65,536 when left out. */
  readonly nodes?: number
}

/**
 * The law uniform by area on a torus in R³, ((R + r cos φ) cos θ, (R + r cos φ) sin θ, r sin φ). The distance is |√((√(x² + y²) − R)² + z²) − r|, the
 * coordinate θ/(2π).
 *
 * The law is a trapezoidal rule of both angles, weighted by area, with steps of at most ½ σ/α along either circle where the surface is longest: within 1e-9
 * σ/α for queries within 4 σ/α of the surface. Below the noise that `nodes` resolve (with R, r and nodes left out, σ/α = 0.071) it throws
 * `InvalidArgument`. Building it throws `InvalidArgument` unless 0 < r < R.
 */
export const surface = ({ radius = 2, tube = 0.75, nodes = 65_536 }: SurfaceOptions = {}): Support => {
  requirePositive('surface', 'radius', radius)
  requirePositive('surface', 'tube', tube)
  requireWhole('surface', 'nodes', nodes, SMALLEST)
  if (!(tube < radius))
    throw tweedieError('InvalidArgument', 'surface', `a tube of radius ${tube} around a circle of ${radius}`, 'Use a thinner tube')
  const torus = { radius, tube }
  return {
    name: 'torus',
    dimension: 3,
    intrinsicDimension: 2,
    sample: (key, count) => {
      const shares = uniformArray(key, 2 * count)
      const data = new Float64Array(3 * count)
      for (let i = 0; i < count; i++)
        place(data, i, torus, 2 * Math.PI * (shares[2 * i] as number), tubeAngle(tube / radius, shares[2 * i + 1] as number))
      return { data, rows: count, columns: 3 }
    },
    distances: (x) => {
      requireRows('surface, distances', x, 3)
      return Float64Array.from({ length: x.rows }, (_, i) => {
        const fromAxis = Math.hypot(x.data[3 * i] as number, x.data[3 * i + 1] as number)
        return Math.abs(Math.hypot(fromAxis - radius, x.data[3 * i + 2] as number) - tube)
      })
    },
    coordinates: (x) => {
      requireRows('surface, coordinates', x, 3)
      return Float64Array.from({ length: x.rows }, (_, i) => turn(x.data[3 * i + 1] as number, x.data[3 * i] as number))
    },
    law: (B) => quadratureLaw(B, 'surface', quadratures(torus, nodes)),
  }
}

interface Torus {
  readonly radius: number
  readonly tube: number
}

const SMALLEST = 2048
/** A tube much thinner than σ/α needs this many angles: I₃₂(z)/I₀(z) < 1e-12 for z ≤ 12, the largest that queries within 4 σ/α have there. */
const LEAST_AROUND = 32

const place = (data: Float64Array, i: number, { radius, tube }: Torus, theta: number, phi: number): void => {
  const fromAxis = radius + tube * Math.cos(phi)
  data[3 * i] = fromAxis * Math.cos(theta)
  data[3 * i + 1] = fromAxis * Math.sin(theta)
  data[3 * i + 2] = tube * Math.sin(phi)
}

/** φ of a share u of the area, counted from φ = 0: Kepler's equation φ + (r/R) sin φ = 2π u, by Newton's method from φ = 2π u, kept in a bracket. */
const tubeAngle = (ratio: number, share: number): number => {
  const wanted = 2 * Math.PI * share
  let [low, high, phi] = [wanted - ratio, wanted + ratio, wanted]
  for (let step = 0; step < 60; step++) {
    const excess = phi + ratio * Math.sin(phi) - wanted
    if (excess === 0) return phi
    if (excess > 0) high = phi
    else low = phi
    const newton = phi - excess / (1 + ratio * Math.cos(phi))
    const next = newton > low && newton < high ? newton : (low + high) / 2
    if (Math.abs(next - phi) <= 1e-15 * (1 + Math.abs(phi))) return next
    phi = next
  }
  return phi
}

const quadratures = (torus: Torus, nodes: number): readonly Quadrature[] => {
  const sizes: number[] = []
  for (let size = SMALLEST; size < nodes; size *= 2) sizes.push(size)
  return [...sizes, nodes].map((size) => quadrature(torus, size))
}

/** A grid of about as many angles as asked for, at steps of about the same length. */
const quadrature = (torus: Torus, nodes: number): Quadrature => {
  const { radius, tube } = torus
  const around = Math.max(LEAST_AROUND, Math.floor(Math.sqrt((nodes * tube) / (radius + tube))))
  const along = Math.max(1, Math.floor(nodes / around))
  const data = new Float64Array(3 * along * around)
  const logWeights = new Float64Array(along * around)
  for (let a = 0; a < along; a++)
    for (let b = 0; b < around; b++) {
      const [i, phi] = [a * around + b, (2 * Math.PI * b) / around]
      place(data, i, torus, (2 * Math.PI * a) / along, phi)
      logWeights[i] = Math.log(radius + tube * Math.cos(phi))
    }
  const step = 2 * Math.PI * Math.max((radius + tube) / along, tube / around)
  return { points: { data, rows: along * around, columns: 3 }, logWeights, width: 2 * step }
}
