import type { HostMatrix } from '@tweedie/core'

/** y(u), y'(u) and y''(u). */
export type Jet = readonly [point: readonly number[], first: readonly number[], second: readonly number[]]

/** A smooth curve y(u), u from start to end; of period end − start where it is closed. */
export interface Curve {
  readonly start: number
  readonly end: number
  readonly closed: boolean
  readonly jet: (u: number) => Jet
}

/** The nearest points of a curve. */
export interface NearestOnCurve {
  readonly distances: Float64Array
  /** u of the nearest point, in [start, end]. */
  readonly parameters: Float64Array
}

/**
 * The nearest point of a curve to every row. Of points at `cells` equal steps of u, those that are nearer than their neighbours and may be nearest of all are
 * refined by Newton's method on (y − x)·y', kept in a bracket by bisection. Exact but for rounding (about 4e-16 times the size of the coordinates) as long
 * as a step is short against the turns of the curve, so that no two local minima share one.
 */
export const nearestOnCurve = (curve: Curve, cells: number): ((x: HostMatrix) => NearestOnCurve) => {
  const { start, end, closed, jet } = curve
  const parameter = (k: number): number => (k === cells ? end : start + ((end - start) * k) / cells)
  const points = Array.from({ length: cells + 1 }, (_, k) => jet(parameter(k))[0])
  // Between two neighbours the curve is nearer than either by less than this.
  const reach = points.slice(1).reduce((most, point, k) => Math.max(most, distance(point, points[k] as readonly number[])), 0)

  return (x) => {
    const [distances, parameters] = [new Float64Array(x.rows), new Float64Array(x.rows)]
    const toGrid = new Float64Array(cells + 1)
    for (let i = 0; i < x.rows; i++) {
      const row = x.data.subarray(i * x.columns, (i + 1) * x.columns)
      let least = Number.POSITIVE_INFINITY
      for (let k = 0; k <= cells; k++) {
        const value = distance(points[k] as readonly number[], row)
        toGrid[k] = value
        if (value < least) least = value
      }
      let best = Number.POSITIVE_INFINITY
      for (let k = closed ? 1 : 0; k <= cells; k++) {
        const here = toGrid[k] as number
        const before = k === 0 ? Number.POSITIVE_INFINITY : (toGrid[k - 1] as number)
        const after = k < cells ? (toGrid[k + 1] as number) : closed ? (toGrid[1] as number) : Number.POSITIVE_INFINITY
        if (here > before || here > after || here - reach > least) continue
        const step = (end - start) / cells
        const low = closed ? parameter(k) - step : parameter(Math.max(0, k - 1))
        const high = closed ? parameter(k) + step : parameter(Math.min(cells, k + 1))
        const u = descend(jet, row, low, parameter(k), high)
        const value = distance(jet(u)[0], row)
        if (value < best) {
          best = value
          distances[i] = value
          parameters[i] = closed ? start + wrapped(u - start, end - start) : u
        }
      }
    }
    return { distances, parameters }
  }
}

/** A number of [0, period) that differs by a multiple of the period. */
const wrapped = (value: number, period: number): number => {
  const rest = value % period
  return rest < 0 ? rest + period : rest
}

const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0
  for (let j = 0; j < b.length; j++) sum += ((a[j] as number) - (b[j] as number)) ** 2
  return Math.sqrt(sum)
}

/** The minimum of |y(u) − x|² in [low, high] near `middle`, an end of the interval included. */
const descend = (jet: Curve['jet'], x: Float64Array, low: number, middle: number, high: number): number => {
  let [left, right, u] = [low, high, middle]
  for (let step = 0; step < 100; step++) {
    const { slope, curvature } = halfDerivatives(jet(u), x)
    if (slope === 0) return u
    if (slope > 0) right = u
    else left = u
    const newton = u - slope / curvature
    // At an end of an open curve the bracket is empty on one side, and the end is where the search stays.
    const next = curvature > 0 && newton >= left && newton <= right ? newton : left + (right - left) / 2
    if (Math.abs(next - u) <= 4e-16 * Math.max(1, Math.abs(u))) return next
    u = next
  }
  return u
}

/** Half the first two derivatives of |y(u) − x|². */
const halfDerivatives = ([point, first, second]: Jet, x: Float64Array): { slope: number; curvature: number } => {
  let [slope, curvature] = [0, 0]
  for (let j = 0; j < x.length; j++) {
    const [difference, speed] = [(point[j] as number) - (x[j] as number), first[j] as number]
    slope += difference * speed
    curvature += speed * speed + difference * (second[j] as number)
  }
  return { slope, curvature }
}
