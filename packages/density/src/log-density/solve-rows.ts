import { type HostMatrix, throwIfAborted } from '@tweedie/core'
import type { GeneratorMap } from './generator-map.js'
import { cholesky, largest, normalMatrix, solveLower, solveLowerTransposed, squares, transposedProduct } from './linear-algebra.js'

export interface SolveRowsOptions {
  /** ρ of the least squares; 0 solves F(y) = x. */
  readonly ridge: number
  readonly iterations: number
  readonly signal?: AbortSignal | undefined
}

/** Where the iteration ended. */
export interface SolvedRows {
  readonly y: HostMatrix
  /** F(y) − x. */
  readonly difference: Float64Array
  /** Of F at y, n matrices [d, d]. */
  readonly jacobian: Float64Array
  /** ρ = 0: |F(y) − x| is rounding. ρ > 0: the last step was small. */
  readonly converged: Uint8Array
}

/** A damping beyond which steps no longer move. */
const STUCK = 1e10

/**
 * The least of |F(y) − x|² + ρ |y|² for every row x, by Newton's method for least squares with Levenberg and Marquardt's damping (Nocedal & Wright,
 * "Numerical Optimization", §10.3): (JᵀJ + (ρ + μ m) I) δ = −(Jᵀ r + ρ y), m the mean of the diagonal of JᵀJ. A step that lowers the sum is taken
 * and lowers μ; one that does not is refused and raises it. As μ goes to 0 the order is Newton's where the residual vanishes.
 */
export const solveRows = async (
  map: GeneratorMap,
  x: HostMatrix,
  start: HostMatrix,
  { ridge, iterations, signal }: SolveRowsOptions,
): Promise<SolvedRows> => {
  const d = map.dimension
  const y = Float64Array.from(start.data)
  const jacobian = await map.jacobian(start)
  const difference = (await map.value(start)).data.map((value, at) => value - (x.data[at] as number))
  const converged = new Uint8Array(x.rows)
  const damping = new Float64Array(x.rows).fill(1e-2)
  const part = (list: Float64Array, i: number, size = d): Float64Array => list.subarray(i * size, (i + 1) * size)
  const solved = (i: number): boolean => ridge === 0 && largest(part(difference, i)) <= map.precision * (1 + largest(part(x.data, i)))

  let active = Array.from({ length: x.rows }, (_, i) => i)
  for (let iteration = 0; ; iteration++) {
    for (const i of active) if (solved(i)) converged[i] = 1
    active = active.filter((i) => converged[i] === 0 && (damping[i] as number) < STUCK)
    if (active.length === 0 || iteration >= iterations) break
    throwIfAborted(signal, 'inverting the generator')
    const tried = new Float64Array(active.length * d)
    active.forEach((i, k) => {
      tried.set(step(part(jacobian, i, d * d), part(difference, i), part(y, i), ridge, damping[i] as number), k * d)
    })
    const points = { data: tried, rows: active.length, columns: d }
    const values = (await map.value(points)).data
    const slopes = await map.jacobian(points)
    active.forEach((i, k) => {
      const [now, next] = [part(y, i), part(tried, k)]
      const residual = part(values, k).map((value, j) => value - (x.data[i * d + j] as number))
      const better = cost(residual, next, ridge) < cost(part(difference, i), now, ridge)
      const small = largest(next.map((value, j) => value - (now[j] as number))) <= Math.sqrt(map.precision) * 0.1 * (1 + largest(now))
      if (ridge > 0 && small) converged[i] = 1
      damping[i] = (damping[i] as number) * (better ? 0.1 : 10)
      if (!better || !slopes.subarray(k * d * d, (k + 1) * d * d).every(Number.isFinite)) return
      y.set(next, i * d)
      difference.set(residual, i * d)
      jacobian.set(part(slopes, k, d * d), i * d * d)
    })
  }
  return { y: { ...x, data: y }, difference, jacobian, converged }
}

/** The next point to try; the same one where the matrix is not positive definite to rounding, so that it counts as refused. */
const step = (j: Float64Array, r: Float64Array, y: Float64Array, ridge: number, damping: number): Float64Array => {
  const d = y.length
  const mean = j.reduce((sum, value) => sum + value * value, 0) / d
  const l = cholesky(normalMatrix(j, d, d, ridge + damping * mean), d)
  if (l === undefined) return Float64Array.from(y)
  const gradient = transposedProduct(j, r, d).map((value, k) => value + ridge * (y[k] as number))
  const down = solveLowerTransposed(l, solveLower(l, gradient))
  return y.map((value, k) => value - (down[k] as number))
}

const cost = (residual: Float64Array, y: Float64Array, ridge: number): number => squares(residual) + ridge * squares(y)
