/**
 * The trapezoidal rule on a box, and how fine it has to be.
 *
 * Linear integrals (∫ p_t, ∫ m p_t): the integrand is a measure convolved with N(0, σ²), so its Fourier transform falls like e^(−σ²ω²/2) and, by
 * Poisson's summation, a step of 0.8 σ errs by 2 e^(−2π²/0.64) < 1e-13 of the mass, whatever the law.
 *
 * Integrals of |m|² p_t: m is a ratio, with poles where p_t vanishes at complex x. For data within S of 0 the phases of e^(iα y b/σ²) stay within
 * ±2π/5 for |b| ≤ 2π σ²/(5 α S), so p_t has no zero there, and a step h errs by less than 21 S² e^(b²/(2σ²) − 2π b/h)
 * (Trefethen & Weideman 2014, "The exponentially convergent trapezoidal rule", theorem 5.1).
 */
const LINEAR_STEP = 0.8

/** The box ends this many σ outside the data: 8e-11 of a Gaussian is further out. */
const TAIL = 6.5

/** Steps in units of σ, by `reach` = α S/σ. */
export const linearStep = (): number => LINEAR_STEP
export const quadraticStep = (reach: number): number => {
  const strip = Math.min((0.4 * Math.PI) / reach, 5)
  // 21 e^(−26) < 2e-10.
  return Math.min(LINEAR_STEP, (2 * Math.PI * strip) / (26 + (strip * strip) / 2))
}

/** How many nodes an axis may have. Two axes together have at most 4,096. */
const nodesOnAxis = (dimension: number): number => (dimension === 1 ? 1500 : 64)

const count = (halfWidth: number, step: number): number => 2 * Math.ceil(halfWidth / step) + 1

/** The largest reach α S/σ at which a rule with these steps has few enough nodes, by bisection. */
export const largestReach = (dimension: number, step: (reach: number) => number): number => {
  let [low, high] = [0, 1e4]
  for (let k = 0; k < 60; k++) {
    const reach = (low + high) / 2
    if (count(reach + TAIL, step(reach)) <= nodesOnAxis(dimension)) low = reach
    else high = reach
  }
  return low
}

/** Nodes, row-major [count, dimension], and the weight of each. */
export interface Quadrature {
  readonly nodes: Float64Array
  readonly weight: number
}

/** The trapezoidal rule around a centre for mass within `reach` deviations of it and the tails of N(0, deviation²) around that. */
export const trapezoid = (centre: readonly number[], deviation: number, reach: number, step: number): Quadrature => {
  const dimension = centre.length
  const side = count(reach + TAIL, step)
  const h = step * deviation
  const nodes = new Float64Array(side ** dimension * dimension)
  for (let i = 0; i < nodes.length; i++) {
    const [row, j] = [Math.floor(i / dimension), i % dimension]
    const k = Math.floor(row / side ** j) % side
    nodes[i] = (centre[j] as number) + (k - (side - 1) / 2) * h
  }
  return { nodes, weight: h ** dimension }
}
