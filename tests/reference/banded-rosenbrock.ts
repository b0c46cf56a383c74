import type { Backend, Matrix } from '@tweedie/core'
import { autodiff } from '@tweedie/nn'
import { factor } from './band.js'
import type { Equation } from './equations.js'

/**
 * The library's `rosenbrock` solves full systems in each step, for some twenty unknowns. This one keeps to the band of a Jacobian, for a thousand:
 * RODAS (Hairer & Wanner, "Solving ODEs II", §IV.7 and IV.10): a Rosenbrock method of order 4 with six stages, stiffly accurate and
 * L-stable, with an embedded solution of order 3 for the step size. Each stage solves
 *
 *     (I/(hγ) − J) kᵢ = f(y + Σ aᵢⱼ kⱼ) + Σ (cᵢⱼ/h) kⱼ.
 *
 * For equations without t. J is by `autodiff`: rows of a batch are independent, so a batch of equal rows with another adjoint in each gives
 * as many vector–Jacobian products at once.
 */
const GAMMA = 0.25
const A: readonly (readonly number[])[] = [
  [],
  [1.544],
  [0.9466785280815826, 0.2557011698983284],
  [3.314825187068521, 2.896124015972201, 0.9986419139977817],
  [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895],
  [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895, 1],
]
const C: readonly (readonly number[])[] = [
  [],
  [-5.6688],
  [-2.430093356833875, -0.2063599157091915],
  [-0.1073529058151375, -9.594562251023355, -20.47028614809616],
  [7.496443313967647, -10.24680431464352, -33.99990352819905, 11.7089089320616],
  [8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054],
]

export interface BandedOptions {
  /** How many diagonals the Jacobian has on each side of the main one. */
  readonly bandwidth: number
  readonly relative: number
  readonly absolute: number
  readonly firstStep: number
}

/** The state after the time `span`, and the number of accepted steps. */
export const bandedRosenbrock = async <N>(
  B: Backend<N>,
  equation: Equation,
  initial: ArrayLike<number>,
  span: number,
  { bandwidth, relative, absolute, firstStep }: BandedOptions,
): Promise<{ readonly y: Float64Array; readonly steps: number }> => {
  const size = initial.length
  const f = equation(B)
  const slope = async (y: Float64Array): Promise<Float64Array> => {
    const value = B.scope(() => f(B.tensor(y, [1, size])))
    const numbers = await B.read(value)
    B.free(value)
    return numbers
  }
  const jacobian = jacobianOf(B, equation, size, bandwidth)

  let y = Float64Array.from(initial)
  let [t, h, steps] = [0, firstStep, 0]
  let J = await jacobian(y)
  while (t < span) {
    h = Math.min(h, span - t)
    const solve = factor(J, size, bandwidth, 1 / (h * GAMMA))
    const stages: Float64Array[] = []
    let at = y
    for (let i = 0; i < 6; i++) {
      at = y.slice()
      ;(A[i] as readonly number[]).forEach((a, j) => addTo(at, a, stages[j] as Float64Array))
      const right = await slope(at)
      ;(C[i] as readonly number[]).forEach((c, j) => addTo(right, c / h, stages[j] as Float64Array))
      stages.push(solve(right))
    }
    const error = stages[5] as Float64Array
    addTo(at, 1, error)
    const norm = Math.sqrt(
      error.reduce(
        (sum, e, k) => sum + (e / (absolute + relative * Math.max(Math.abs(y[k] as number), Math.abs(at[k] as number)))) ** 2,
        0,
      ) / size,
    )
    if (Number.isNaN(norm)) throw new Error(`the state is not a number after ${steps} steps, at ${t}`)
    if (norm <= 1) {
      t += h
      y = at
      steps++
      J = await jacobian(y)
    }
    h *= Math.min(6, Math.max(0.2, 0.9 * norm ** -0.25))
  }
  return { y, steps }
}

const addTo = (y: Float64Array, a: number, x: Float64Array): void => {
  for (let k = 0; k < y.length; k++) y[k] = (y[k] as number) + a * (x[k] as number)
}

/** The diagonals of J, [size, 2·bandwidth + 1]: entry (i, j) at column j − i + bandwidth. */
const jacobianOf = <N>(B: Backend<N>, equation: Equation, size: number, bandwidth: number) => {
  const D = autodiff(B)
  const f = equation(D)
  const width = 2 * bandwidth + 1
  // Rows of J that are `width` apart have no column in common: one adjoint asks for all of them.
  const colours = Math.min(width, size)
  const adjoints = Float64Array.from({ length: colours * size }, (_, k) => ((k % size) % colours === Math.floor(k / size) ? 1 : 0))
  return async (y: Float64Array): Promise<Float64Array> => {
    const products: Matrix<N> = B.scope(() => {
      const copies = B.broadcastTo(B.tensor(y, [1, size]), [colours, size])
      return D.vectorJacobian(f, copies as Matrix<N>).pull(B.tensor(adjoints, [colours, size]))
    })
    const numbers = await B.read(products)
    B.free(products)
    const J = new Float64Array(size * width)
    for (let i = 0; i < size; i++)
      for (let j = Math.max(0, i - bandwidth); j <= Math.min(size - 1, i + bandwidth); j++)
        J[i * width + j - i + bandwidth] = numbers[(i % colours) * size + j] as number
    return J
  }
}
