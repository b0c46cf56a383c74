import { type Backend, type Matrix, tweedieError } from '@tweedie/core'
import type { Term } from '../term/term.js'
import { type Crossing, type SolveEvent, watchOf } from './event.js'
import { allFinite } from './finite.js'
import { directionOf } from './grid.js'
import { type Interpolation, interpolationOf, type Piece } from './interpolant.js'
import { march, type Position } from './march.js'
import { nameOf, type Progress, requireFit } from './options.js'
import { requireInside } from './require-inside.js'
import type { SolveOptions } from './solve-options.js'
import type { Statistics } from './statistics.js'

export type { SolveOptions } from './solve-options.js'
export type { ErrorEstimate, Statistics } from './statistics.js'

/** A state at a time. */
export interface Saved<N> {
  readonly time: number
  readonly x: Matrix<N>
}

/** The outcome of a solve. Every tensor in it is the caller's, to be freed one by one. */
export interface Solution<N> {
  /** The state at the end, [M, D]. */
  readonly x: Matrix<N>
  /** The last time of the grid, or that of the event that ended the solve. */
  readonly time: number
  /** The states asked for, in the order of the grid. */
  readonly saved: readonly Saved<N>[]
  /** The zero crossings of the events, in the order they happened; the last one is terminal where an event ended the solve. */
  readonly crossings: readonly Crossing<N>[]
  readonly statistics: Statistics
}

/** The outcome of a solve with `dense: true`. */
export interface DenseSolution<N> extends Solution<N>, Interpolation<N> {}

/**
 * Solves a term along a grid, downwards or upwards in time. On a fixed grid row i of the result depends on row i of `initial` (and on sample
 * number `firstSample + i` of the noise) alone, so a batch may be cut into chunks freely; under adaptive control the rows share their steps,
 * so chunks agree to within the tolerance. The event loop has a turn every 30 ms or so.
 *
 * Rejects with `InvalidArgument` or `ShapeMismatch` when the arguments do not go together, `NotFinite` when the state is not finite any more,
 * `SolverFailure` at a time where the equation is singular, or where step-size control finds no way on (too short a step, too many steps, a stiff
 * equation for an explicit solver), and `Aborted` when the signal fires. A solve that rejects leaves no tensor.
 */
export function solve<N>(B: Backend<N>, term: Term<N>, options: SolveOptions<N> & { readonly dense: true }): Promise<DenseSolution<N>>
export function solve<N>(B: Backend<N>, term: Term<N>, options: SolveOptions<N>): Promise<Solution<N>>
export async function solve<N>(B: Backend<N>, term: Term<N>, options: SolveOptions<N>): Promise<Solution<N> | DenseSolution<N>> {
  const { save = 'none', saveAt = [], dense = false, event = [] } = options
  requireFit(B, term, options)
  requireInside(term, options)
  const where = nameOf(term, options)
  const events: readonly SolveEvent<N>[] = Array.isArray(event) ? event : [event as SolveEvent<N>]
  const watch = watchOf(B, events, where)
  const direction = directionOf(options.grid)
  const within = (t: number, s: number): boolean => saveAt.some((at) => (at - t) * direction > 0 && (s - at) * direction > 0)
  const named = typeof save === 'function' ? save : () => save === 'all'
  const saved: Saved<N>[] = []
  const crossings: Crossing<N>[] = []
  const pieces: Piece<N>[] = []
  const retained = new Set<unknown>()
  // The pieces of a dense solution start from a state that nobody else may free.
  const initial = dense ? copy(B, options.initial) : options.initial
  if (dense) retained.add(initial)
  let due = 0

  const keep = async (time: number, x: Matrix<N>): Promise<void> => {
    saved.push({ time, x })
    if (await allFinite(B, x)) return
    throw tweedieError('NotFinite', where, `the state inside a step has a NaN or an infinity at t = ${time}`, 'Take smaller steps there')
  }
  /** Keeps the states due up to `end`, which is the position's time unless an event stops the solve before it. */
  const keepDue = async ({ time, x, taken }: Position<N>, end: number): Promise<void> => {
    for (; due < saveAt.length && (end - (saveAt[due] as number)) * direction >= 0; due++) {
      const at = saveAt[due] as number
      if (at === time || taken === undefined) await keep(at, copy(B, x))
      else
        await keep(
          at,
          B.scope(() => taken.inside().at(at)),
        )
    }
  }

  try {
    const plan = {
      wanted: (progress: Progress) => named(progress) || saveAt.includes(progress.time),
      ...((dense || events.length > 0 || saveAt.length > 0) && { inside: (t: number, s: number) => dense || within(t, s) }),
      ...(dense && { retained }),
    }
    for await (const position of march(B, term, { ...options, initial }, plan)) {
      const { step, steps, time, x, arrived, taken } = position
      if (taken === undefined) await watch.begin(x, time)
      else crossings.push(...(await watch.step(taken, x, time)))
      const last = crossings.at(-1)
      const stopped = last?.terminal === true ? last : undefined
      const end = stopped?.time ?? time
      if (dense && taken) pieces.push({ t: taken.from, s: end, x: taken.before, ...(!stopped && { y: x }), at: taken.inside().at })
      await keepDue(position, end)
      if (arrived && end === time && saveAt.length === 0 && position.wanted) saved.push({ time, x: copy(B, x) })
      if (stopped === undefined && !(arrived && step === steps)) continue
      if (stopped && !(await allFinite(B, stopped.x)))
        throw tweedieError('NotFinite', where, `the state has a NaN or an infinity at t = ${end}`, 'Take smaller steps there')
      const statistics = position.statistics(end)
      const solution = { x: copy(B, stopped?.x ?? x), time: end, saved, crossings, statistics }
      return dense ? { ...solution, ...interpolationOf(B, pieces, retained) } : solution
    }
  } catch (error) {
    for (const { x } of [...saved, ...crossings]) B.free(x)
    for (const tensor of retained) if (B.isTensor(tensor)) B.free(tensor)
    throw error
  }
  throw new Error('unreachable: a grid has a last time')
}

/** A copy that has a life of its own. */
export const copy = <N>(B: Backend<N>, x: Matrix<N>): Matrix<N> => B.mul(x, 1)
