import type { ExperimentResult, Points } from '../result.js'
import type { TwoDimensionalSettings } from './two-dimensional.js'

/** Small enough for the reference backend, and the same in form. */
export const tinySettings: TwoDimensionalSettings = {
  rows: 40,
  batch: 20,
  steps: 20,
  rate: 1e-2,
  hidden: [6],
  horizon: 10,
  gridPoints: 12,
  epsilon: 1e-4,
  samples: 30,
}

/** The points of a mark of a panel. */
export const pointsOf = ({ figures }: ExperimentResult, id: string, panel: number, mark = 0): Points => {
  const found = figures.find((figure) => figure.id === id)?.panels[panel]?.marks[mark]
  return found === undefined || !('points' in found) ? [] : found.points
}

/** A measure by the beginning of its quantity. */
export const measured = ({ measures }: ExperimentResult, quantity: string, variant: string): number =>
  measures.find((each) => each.quantity.startsWith(quantity) && each.variant === variant)?.ours ?? Number.NaN

/** The nearest point of the spiral by looking at 10,000 of them, at most 0.016 apart: the distance d within 0.008²/(2 d), and its U. */
export const nearestOnSpiral = ([x, y]: readonly [number, number]): { readonly distance: number; readonly u: number } => {
  let best = { distance: Number.POSITIVE_INFINITY, u: 1 }
  for (let k = 0; k <= 10_000; k++) {
    const u = 1 + (12 * k) / 10_000
    const distance = Math.hypot(x - u * Math.cos(u), y - u * Math.sin(u))
    if (distance < best.distance) best = { distance, u }
  }
  return best
}
