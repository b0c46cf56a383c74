import { type Backend, type Key, type Matrix, requireRank, type TimeGrid, timeGrid, tweedieError } from '@tweedie/core'
import { type Brownian, independentIncrements } from '../noise/brownian.js'
import type { Solver } from '../solver/solver.js'
import { isSde, type Term } from '../term/term.js'

/** Where a solve is: `step` of `steps` steps are done and the state is that at `time`. */
export interface Progress {
  readonly step: number
  readonly steps: number
  readonly time: number
}

/** What `trajectory` needs; `solve` adds what to save. */
export interface IntegrateOptions<N> {
  /** The state at the first time of the grid, [M, D]. It stays the caller's and is never freed. */
  readonly initial: Matrix<N>
  /** Decreasing times, within the term's time range; one step per interval. */
  readonly grid: TimeGrid
  readonly solver: Solver
  /** The key of the noise; needed by SDE solvers unless `brownian` is given. */
  readonly key?: Key | undefined
  /** The number of the first row in the full set, so that a chunk sees the noise it would see in the whole. 0 where not given. */
  readonly firstSample?: number | undefined
  /** The Brownian motion to use in place of one made from `key` and `firstSample`. */
  readonly brownian?: Brownian<N> | undefined
  /** The state is checked for NaN and infinities after every so many steps (8), at the end, and wherever it is handed out. */
  readonly checkEvery?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Called after every step. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/** How a solve names itself in messages. */
export const nameOf = <N>(term: Term<N>, { solver }: IntegrateOptions<N>): string => `solve ${term.name} with ${solver.name}`

/** Checks that initial state, grid, solver and term go together. Throws `InvalidArgument` or `ShapeMismatch`. */
export const requireFit = <N>(B: Backend<N>, term: Term<N>, options: IntegrateOptions<N>): void => {
  const { initial, grid, solver, checkEvery = 8 } = options
  const where = nameOf(term, options)
  const refuse = (what: string, mend: string) => tweedieError('InvalidArgument', where, what, mend)
  requireRank(where, B.shape(initial), 2)
  timeGrid(grid)
  const [start, stop] = [grid[0] as number, grid[grid.length - 1] as number]
  const [low, high] = term.timeRange ?? [stop, start]
  if (start > high || stop < low)
    throw refuse(`times from ${start} to ${stop} leave [${low}, ${high}]`, 'Stay within the time range of the process')
  if (!(checkEvery >= 1)) throw refuse(`checkEvery ${checkEvery}`, 'Use a number of steps, at least 1')
  if (solver.kind === 'ode' && term.diffusion !== undefined)
    throw refuse(
      'a solver without noise for a term with noise',
      'Use an SDE solver such as eulerMaruyama, or the probabilityFlow of the same process',
    )
  if (solver.kind === 'sde' && !isSde(term))
    throw refuse(
      'a solver with noise for a term without',
      'Use an ODE solver such as ddim or heun, or a term with a diffusion (reverseSde, sdeTerm)',
    )
}

/** The Brownian motion that a solve uses; none for an ODE solver. Throws `InvalidArgument` when there is no key, or two sources of noise. */
export const brownianOf = <N>(B: Backend<N>, term: Term<N>, options: IntegrateOptions<N>): Brownian<N> | undefined => {
  const { solver, key, firstSample, brownian } = options
  if (solver.kind === 'ode') return undefined
  const refuse = (what: string, mend: string) => tweedieError('InvalidArgument', nameOf(term, options), what, mend)
  if (brownian === undefined) {
    if (key === undefined) throw refuse('an SDE solver without a key', 'Pass key: key(seed), or a Brownian motion as brownian')
    return independentIncrements(B, key, { firstSample: firstSample ?? 0 })
  }
  if (key !== undefined || firstSample !== undefined)
    throw refuse('brownian together with key or firstSample', 'Give one or the other: a Brownian motion has a key of its own')
  return brownian
}
