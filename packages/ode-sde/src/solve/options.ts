import { type Backend, type Key, type Matrix, requireRank, type TimeGrid, tweedieError } from '@tweedie/core'
import type { Control } from '../control/control.js'
import { type Brownian, independentIncrements } from '../noise/brownian.js'
import type { Solver } from '../solver/solver.js'
import { isSde, type Term } from '../term/term.js'
import { requireMonotone } from './grid.js'

/** Where a solve is: `step` of the `steps` intervals of the grid are done and the state is that at `time`. */
export interface Progress {
  readonly step: number
  readonly steps: number
  readonly time: number
}

/** What `trajectory` needs; `solve` adds what to save. */
export interface IntegrateOptions<N> {
  /** The state at the first time of the grid, [M, D]. It stays the caller's and is never freed. */
  readonly initial: Matrix<N>
  /** Decreasing or increasing times, within the term's time range. Each is reached exactly. */
  readonly grid: TimeGrid
  readonly solver: Solver
  /** How the steps between the times of the grid are chosen: `fixedGrid`, one per interval, where not given; or `adaptive({ rtol, atol })`. */
  readonly control?: Control | undefined
  /** The key of the noise; needed by SDE solvers unless `brownian` is given. */
  readonly key?: Key | undefined
  /** The number of the first row in the full set, so that a chunk sees the noise it would see in the whole. 0 where not given. */
  readonly firstSample?: number | undefined
  /** The Brownian motion to use in place of one made from `key` and `firstSample`. */
  readonly brownian?: Brownian<N> | undefined
  /**
   * The state is checked for NaN and infinities after every so many steps (8), at the end, and wherever it is handed out; under adaptive
   * control after every step.
   */
  readonly checkEvery?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Called after every accepted step. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/** How a solve names itself in messages. */
export const nameOf = <N>(term: Term<N>, { solver }: Pick<IntegrateOptions<N>, 'solver'>): string =>
  `solve ${term.name} with ${solver.name}`

/** Checks that initial state, grid, solver, control and term go together. Throws `InvalidArgument` or `ShapeMismatch`. */
export const requireFit = <N>(B: Backend<N>, term: Term<N>, options: IntegrateOptions<N>): void => {
  const { initial, grid, solver, control, checkEvery = 8 } = options
  const where = nameOf(term, options)
  const refuse = (what: string, mend: string) => tweedieError('InvalidArgument', where, what, mend)
  requireRank(where, B.shape(initial), 2)
  requireMonotone(where, grid)
  const [first, last] = [grid[0] as number, grid[grid.length - 1] as number]
  const [low, high] = term.timeRange ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  if (Math.max(first, last) > high || Math.min(first, last) < low)
    throw refuse(`times from ${first} to ${last} leave [${low}, ${high}]`, 'Stay within the time range of the process')
  const way = last < first ? 'decreasing' : 'increasing'
  if (term.direction !== undefined && term.direction !== way)
    throw refuse(
      `times that run from ${first} to ${last}`,
      `The equation holds for ${term.direction} times: take reverseSde from noise to data, forwardSde from data to noise, or the probabilityFlow either way`,
    )
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
  if (control?.kind !== 'adaptive') return
  if (solver.errorOrder === undefined)
    throw refuse(
      'adaptive control of a solver that does not estimate its error',
      'Use an embedded one such as bogackiShampine32 or dormandPrince54, or leave control out: one step per interval of the grid',
    )
  const columns = B.shape(initial)[1]
  if (typeof control.atol !== 'number' && control.atol.length !== columns)
    throw tweedieError(
      'ShapeMismatch',
      where,
      `${control.atol.length} values of atol for ${columns} columns`,
      'Give one per column, or a number',
    )
}

/** The Brownian motion that a solve uses; none for an ODE solver. Throws `InvalidArgument` when there is no key, or two sources of noise. */
export const brownianOf = <N>(B: Backend<N>, term: Term<N>, options: IntegrateOptions<N>): Brownian<N> | undefined => {
  const { solver, key, firstSample, brownian, control } = options
  if (solver.kind === 'ode') return undefined
  const refuse = (what: string, mend: string) => tweedieError('InvalidArgument', nameOf(term, options), what, mend)
  if (brownian !== undefined && (key !== undefined || firstSample !== undefined))
    throw refuse('brownian together with key or firstSample', 'Give one or the other: a Brownian motion has a key of its own')
  if (control?.kind === 'adaptive' && brownian?.refines !== true)
    throw refuse(
      'adaptive control with noise that is another path on other steps',
      'Pass as brownian a path that refines, such as brownianPath: its increments over two parts of an interval add up to that over the whole',
    )
  if (brownian !== undefined) return brownian
  if (key === undefined) throw refuse('an SDE solver without a key', 'Pass key: key(seed), or a Brownian motion as brownian')
  return independentIncrements(B, key, { firstSample: firstSample ?? 0 })
}
