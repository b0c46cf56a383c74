import { type Backend, forEachTensor, type Matrix, throwIfAborted, turns, tweedieError } from '@tweedie/core'
import type { Memory } from '../solver/solver.js'
import type { Term } from '../term/term.js'
import { allFinite } from './finite.js'
import { brownianOf, type IntegrateOptions, nameOf, type Progress, requireFit } from './options.js'

/** A state on the way. `x` belongs to the march and is freed when it goes on: copy what must stay. */
export interface Position<N> extends Progress {
  readonly x: Matrix<N>
  /** Whether this state was asked for. */
  readonly wanted: boolean
  /** Evaluations of the nonlinear part so far. */
  readonly evaluations: number
}

/**
 * The stepping loop under `solve` and `trajectory`: yields the initial state and the state after every step. Each step runs in a scope of its
 * own; whatever way the loop ends, nothing that it made is left. States that are `wanted`, every `checkEvery`th and the last are checked to
 * be finite.
 */
export async function* march<N>(
  B: Backend<N>,
  term: Term<N>,
  options: IntegrateOptions<N>,
  wanted: (progress: Progress) => boolean,
): AsyncGenerator<Position<N>, void, undefined> {
  const { initial, grid, solver, signal, checkEvery = 8, onProgress } = options
  requireFit(B, term, options)
  const brownian = brownianOf(B, term, options)
  const where = nameOf(term, options)
  const steps = grid.length - 1
  const turn = turns()
  let held: { readonly x: Matrix<N>; readonly memory: Memory<N> } = { x: initial, memory: [] }
  let evaluations = 0
  let sound = -1

  const position = async (step: number): Promise<Position<N>> => {
    const progress: Progress = { step, steps, time: grid[step] as number }
    const asked = wanted(progress)
    if (asked || step === steps || step % checkEvery === 0) {
      if (!(await allFinite(B, held.x))) throw notFinite(where, progress, grid, sound)
      sound = step
    }
    return { ...progress, x: held.x, wanted: asked, evaluations }
  }

  try {
    throwIfAborted(signal, where)
    yield await position(0)
    if (solver.start !== undefined) {
      const { start } = solver
      const begun = B.scope(() => start(B, term, { x: initial, t: grid[0] as number }))
      held = { x: initial, memory: begun.memory }
      evaluations += begun.evaluations
    }
    for (let step = 0; step < steps; step++) {
      await turn()
      throwIfAborted(signal, where)
      const [t, s] = [grid[step] as number, grid[step + 1] as number]
      const before = held
      const result = B.scope(() => solver.step(B, term, { step, t, s, ...before, ...(brownian && { brownian }) }))
      held = { x: result.x, memory: result.memory ?? [] }
      evaluations += result.evaluations
      release(B, [before, result], [held, initial])
      const at = await position(step + 1)
      onProgress?.({ step: at.step, steps, time: at.time })
      yield at
    }
  } finally {
    release(B, held, initial)
  }
}

/** Frees the tensors of one value but those that are also in another. */
export const release = <N>(B: Backend<N>, from: unknown, kept: unknown): void => {
  const stay = new Set<unknown>()
  forEachTensor(kept, B.isTensor, (tensor) => stay.add(tensor))
  forEachTensor(from, B.isTensor, (tensor) => {
    if (!stay.has(tensor)) B.free(tensor)
  })
}

const notFinite = (where: string, { step, steps, time }: Progress, grid: readonly number[], sound: number) =>
  step === 0
    ? tweedieError('NotFinite', where, 'the initial state has a NaN or an infinity', 'Start from finite numbers')
    : tweedieError(
        'NotFinite',
        where,
        `the state has a NaN or an infinity after step ${step} of ${steps}, at t = ${time}; it was finite after step ${sound}, at t = ${grid[sound]}`,
        'Take smaller steps there, or look at what the field gives at these times; checkEvery: 1 names the exact step',
      )
