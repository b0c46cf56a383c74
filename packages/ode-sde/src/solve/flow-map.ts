import type { Backend, Matrix } from '@tweedie/core'
import type { Memory } from '../solver/solver.js'
import type { Term } from '../term/term.js'
import { release } from './march.js'
import { brownianOf, type IntegrateOptions, requireFit } from './options.js'
import { copy } from './solve.js'

/** What a flow map needs: all but the initial state, and what only an asynchronous solve can do. */
export type FlowMapOptions<N> = Omit<IntegrateOptions<N>, 'initial' | 'control' | 'checkEvery' | 'signal' | 'onProgress'>

/**
 * The state at the last time of a grid as a function of the state at its first, x ↦ Φ(x), [M, D] → [M, D]: the steps of `solve`, one after the
 * other, without waiting. So it can be differentiated: on `autodiff(B)` it is a function of traced tensors like any other. For long solves of
 * which no derivative is wanted use `solve`, which gives the event loop its turns.
 *
 * Nothing is read from the backend, so a state that is not finite is not noticed on the way: a NaN reaches the result. Throws
 * `InvalidArgument` or `ShapeMismatch` when the arguments do not go together, and `SolverFailure` at a time where the equation is singular.
 *
 * @example
 * const { value, tangent } = D.jacobianVector(flowMap(D, term, { grid, solver: heun }), x, v)
 */
export const flowMap =
  <N>(B: Backend<N>, term: Term<N>, options: FlowMapOptions<N>) =>
  (initial: Matrix<N>): Matrix<N> => {
    const { grid, solver } = options
    requireFit(B, term, { ...options, initial })
    const brownian = brownianOf(B, term, { ...options, initial })
    return B.scope(() => {
      const memory = solver.start?.(B, term, { x: initial, t: grid[0] as number }).memory ?? []
      let held: { readonly x: Matrix<N>; readonly memory: Memory<N> } = { x: initial, memory }
      for (let step = 0; step + 1 < grid.length; step++) {
        const before = held
        const [t, s] = [grid[step] as number, grid[step + 1] as number]
        const result = B.scope(() => solver.step(B, term, { step, t, s, ...before, ...(brownian && { brownian }) }))
        held = { x: result.x, memory: result.memory ?? [] }
        release(B, [before, result], [held, initial])
      }
      return held.x === initial ? copy(B, initial) : held.x
    })
  }
