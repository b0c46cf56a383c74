import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { autodiff } from '@tweedie/nn'
import { type AdaptiveOptions, adaptive, odeTerm, rosenbrock, type Solver, type Statistics, solve } from '@tweedie/ode-sde'
import type { TimedEquation } from './equations.js'

export const B = cpu()
const D = autodiff(B)

/** Where a solve came to, and what it cost. */
export interface Reached {
  /** The states at the times of the grid, the first included. */
  readonly states: readonly Float64Array[]
  readonly end: Float64Array
  readonly statistics: Statistics
}

/** An initial value problem over the times of a grid, by steps of the solver's own choice. */
export const reach = async (
  equation: TimedEquation,
  initial: readonly number[],
  grid: readonly number[],
  solver: Solver,
  options: AdaptiveOptions,
): Promise<Reached> => {
  const start = B.tensor(initial, [1, initial.length])
  try {
    const { x, saved, statistics } = await solve(B, odeTerm(B, equation(B)), {
      initial: start,
      grid,
      solver,
      control: adaptive(options),
      save: 'all',
    })
    const states = await Promise.all(saved.map((state) => B.read(state.x)))
    for (const tensor of [x, ...saved.map((state) => state.x)]) B.free(tensor)
    return { states, end: states.at(-1) as Float64Array, statistics }
  } finally {
    B.free(start)
  }
}

/** The library's stiff solver for an equation without time, with the Jacobian by reverse mode. */
export const rosenbrockOf = (equation: TimedEquation): Solver => {
  const f = equation(D)
  return rosenbrock<CpuTensor>({ jacobian: (x, t) => D.rowJacobian((y) => f(y, t), x), timeDerivative: (x) => B.mul(x, 0) })
}

/** Throws unless a count is within bounds. */
export const between = (what: string, count: number, [low, high]: readonly [number, number]): void => {
  if (!(count >= low && count <= high)) throw new Error(`${count} ${what} where ${low} to ${high} are expected`)
}
