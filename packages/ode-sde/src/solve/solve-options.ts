import type { SolveEvent } from './event.js'
import type { IntegrateOptions, Progress } from './options.js'

/** Options of `solve`. */
export interface SolveOptions<N> extends IntegrateOptions<N> {
  /** The states to keep at times of the grid: none (the last is always returned), all with the initial one, or those that a predicate names. */
  readonly save?: 'none' | 'all' | ((progress: Progress) => boolean) | undefined
  /**
   * The times to keep the state at, in the order of the grid and within it, in place of `save`. Steps are not bent to them: the state inside a
   * step comes from the solver's dense output, or from the cubic through both ends of the step. With noise they must be times of the grid.
   */
  readonly saveAt?: readonly number[] | undefined
  /** Whether the solution is to be known at every time: `interpolate`. Keeps a few tensors per step. For equations without noise. */
  readonly dense?: boolean | undefined
  /** Conditions to watch: where they cross zero is found on the dense output, and ends the solve. For equations without noise. */
  readonly event?: SolveEvent<N> | readonly SolveEvent<N>[] | undefined
}
