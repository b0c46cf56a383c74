import { type HostMatrix, uniformArray } from '@tweedie/core'
import { type Curve, nearestOnCurve } from './curve.js'
import { gaussLegendre } from './gauss-legendre.js'
import { type Quadrature, quadratureLaw } from './quadrature-law.js'
import type { Support } from './support.js'
import { requireRows, requireWhole } from './validate.js'

const [START, END] = [1, 13]

export interface SpiralOptions {
  /** The most nodes of the quadrature behind `law`, at least 1,024: 32,768 when left out, for σ/α ≥ 0.0084. */
  readonly nodes?: number
}

/**
 * The spiral (U cos U, U sin U), U uniform on [1, 13] (paper B, Figures 4, 8, 10 and 11). The coordinate is (U − 1)/12 of the nearest point.
 *
 * The law is a Gauss–Legendre rule of 16 nodes on panels of equal length of arc. Each noise level takes the smallest rule, of 1,024 nodes and doubling,
 * whose panels are at most 5 σ/α long. The denoiser then is within 1e-9 σ/α of exact and the log-density within 1e-9, for queries with x/α within 7 σ/α of
 * the spiral; beyond an end of it, where the posterior is narrower, the error grows with the distance, to 1e-3 σ/α at 20 σ/α. Below the σ/α that
 * `nodes` resolve, about 273/nodes, the law throws `InvalidArgument`.
 */
export const spiral = ({ nodes = 32_768 }: SpiralOptions = {}): Support => {
  requireWhole('spiral', 'nodes', nodes, SMALLEST)
  const nearest = nearestOnCurve(curve, 192)
  return {
    name: 'spiral',
    dimension: 2,
    intrinsicDimension: 1,
    sample: (key, count) => along(uniformArray(key, count).map((share) => START + (END - START) * share)),
    distances: (x) => {
      requireRows('spiral, distances', x, 2)
      return nearest(x).distances
    },
    coordinates: (x) => {
      requireRows('spiral, coordinates', x, 2)
      return nearest(x).parameters.map((u) => (u - START) / (END - START))
    },
    law: (B) => quadratureLaw(B, 'spiral', quadratures(nodes)),
  }
}

const curve: Curve = {
  start: START,
  end: END,
  closed: false,
  jet: (u) => {
    const [c, s] = [Math.cos(u), Math.sin(u)]
    return [
      [u * c, u * s],
      [c - u * s, s + u * c],
      [-2 * s - u * c, 2 * c - u * s],
    ]
  },
}

const along = (us: Float64Array): HostMatrix => {
  const data = new Float64Array(2 * us.length)
  us.forEach((u, i) => {
    data[2 * i] = u * Math.cos(u)
    data[2 * i + 1] = u * Math.sin(u)
  })
  return { data, rows: us.length, columns: 2 }
}

const SMALLEST = 1024
const PER_PANEL = 16
/** The longest panel in units of σ/α. */
const PANEL = 5

/** ∫ √(1 + u²) du, the length of arc. */
const arc = (u: number): number => 0.5 * (u * Math.hypot(1, u) + Math.asinh(u))

const quadratures = (nodes: number): readonly Quadrature[] => {
  const sizes: number[] = []
  for (let size = SMALLEST; size < nodes; size *= 2) sizes.push(size)
  return [...sizes, nodes].map((size) => quadrature(Math.floor(size / PER_PANEL)))
}

const quadrature = (panels: number): Quadrature => {
  const rule = gaussLegendre(PER_PANEL)
  const length = (arc(END) - arc(START)) / panels
  const us = new Float64Array(panels * PER_PANEL)
  const logWeights = new Float64Array(panels * PER_PANEL)
  let u = START
  for (let e = 0; e < us.length; e++) {
    const node = e % PER_PANEL
    const wanted = arc(START) + length * (Math.floor(e / PER_PANEL) + 0.5 + 0.5 * (rule.nodes[node] as number))
    // The length is convex in u, so Newton's method from below overshoots once and then descends to the root.
    for (let step = 0; step < 6; step++) u -= (arc(u) - wanted) / Math.hypot(1, u)
    us[e] = u
    logWeights[e] = Math.log((rule.weights[node] as number) / Math.hypot(1, u))
  }
  return { points: along(us), logWeights, width: length / PANEL }
}
