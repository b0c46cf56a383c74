import { type Backend, fold, forEachTensor, key, type Matrix } from '@tweedie/core'
import type { LawfulBrownian, LawfulMemory, LawfulSolver, LawfulTerm } from './lawful-solver.js'

/** A batch of states as numbers, row-major. */
export interface States {
  readonly data: readonly number[]
  readonly columns: number
}

/** The end of a run, and what it showed on the way. */
export interface Run {
  readonly values: Float64Array
  /** Evaluations that the method reports: before the first step, then step by step. */
  readonly reported: readonly number[]
  /** How many tensors the method holds after each step: its state and its memory. */
  readonly held: readonly number[]
}

/** `steps` steps from start down to stop. */
export const evenly = (start: number, stop: number, steps: number): number[] =>
  Array.from({ length: steps + 1 }, (_, k) => (k === steps ? stop : start + ((stop - start) * k) / steps))

/** Increments by (key, step), one path per grid. */
export const incrementsOf = <N>(B: Backend<N>, seed: number): LawfulBrownian<N> => ({
  refines: false,
  increment: ({ step, t, s }, [rows, columns]) =>
    B.scope(() => B.mul(B.normal(fold(key(seed), step), [rows, columns]), Math.sqrt(Math.abs(t - s)))),
  levyArea: ({ step, t, s }, [rows, columns]) =>
    B.scope(() => B.mul(B.normal(fold(fold(key(seed), step), 0), [rows, columns]), Math.sqrt(Math.abs(t - s) / 12))),
})

/** The distinct tensors in a value. */
export const tensorsIn = <N>(B: Backend<N>, value: unknown): Set<unknown> => {
  const found = new Set<unknown>()
  forEachTensor(value, B.isTensor, (tensor) => found.add(tensor))
  return found
}

/** Drives a method along a grid, each step in a scope of its own. Frees all that the method handed over. */
export const march = async <N>(
  B: Backend<N>,
  solver: LawfulSolver,
  term: LawfulTerm<N>,
  { data, columns }: States,
  grid: readonly number[],
  noise: LawfulBrownian<N> = incrementsOf(B, 1),
): Promise<Run> => {
  const brownian = solver.kind === 'sde' ? { brownian: noise } : {}
  const initial: Matrix<N> = B.tensor(data, [data.length / columns, columns])
  let state: { readonly x: Matrix<N>; readonly memory: LawfulMemory<N> } = { x: initial, memory: [] }
  const reported: number[] = []
  const held: number[] = []
  const replace = (next: typeof state): void => {
    const kept = tensorsIn(B, [next, initial])
    for (const tensor of tensorsIn(B, state)) if (!kept.has(tensor)) B.free(tensor as Matrix<N>)
    state = next
  }
  try {
    const { start } = solver
    if (start !== undefined) {
      const begun = B.scope(() => start(B, term, { x: initial, t: grid[0] as number }))
      replace({ x: initial, memory: begun.memory })
      reported.push(begun.evaluations)
    } else reported.push(0)
    for (let step = 0; step + 1 < grid.length; step++) {
      const [t, s] = [grid[step] as number, grid[step + 1] as number]
      const before = state
      const result = B.scope(() => solver.step(B, term, { step, t, s, ...before, ...brownian }))
      const { x, memory = [], evaluations } = result
      // What else it gives, an error estimate.
      const kept = tensorsIn(B, [before, x, memory])
      for (const tensor of tensorsIn(B, result)) if (!kept.has(tensor)) B.free(tensor as Matrix<N>)
      replace({ x, memory })
      reported.push(evaluations)
      held.push(tensorsIn(B, state).size)
    }
    return { values: await B.read(state.x), reported, held }
  } finally {
    replace({ x: initial, memory: [] })
    B.free(initial)
  }
}
