import { type Backend, forEachTensor, type Matrix, throwIfAborted, turns, tweedieError } from '@tweedie/core'
import { type Pacing, startPacing } from '../control/pacing.js'
import type { Dense, Memory, StepInput } from '../solver/solver.js'
import type { Term } from '../term/term.js'
import { allFinite } from './finite.js'
import { insidesOf } from './inside.js'
import { brownianOf, type IntegrateOptions, nameOf, type Progress, requireFit } from './options.js'
import { finalLogSnr, type Statistics } from './statistics.js'

/** A state on the way. `x` belongs to the march and is freed when it goes on: copy what must stay. */
export interface Position<N> extends Progress {
  readonly x: Matrix<N>
  /** Whether this is a time of the grid, and not one that step-size control chose. */
  readonly arrived: boolean
  /** Whether this state was asked for. */
  readonly wanted: boolean
  /** What was spent to get here. */
  readonly statistics: (finalTime?: number) => Statistics
  /** The step that led here; nothing at the start. */
  readonly taken?: TakenStep<N>
}

/** A step as its taker sees it, until the march goes on. */
export interface TakenStep<N> {
  readonly from: number
  /** The state before it. */
  readonly before: Matrix<N>
  /** The state inside it; computed when first asked for. */
  readonly inside: () => Dense<N>
}

/** What a march is to do beyond stepping. */
export interface Plan {
  /** Whether the state at a time of the grid is to be handed out. */
  readonly wanted: (progress: Progress) => boolean
  /** Whether the state inside the step from t to s will be asked for. Where there is no such function, it never is. */
  readonly inside?: (t: number, s: number) => boolean
  /** Takes over every tensor that the inside of the steps is made of, where all are to stay: the march frees none of these. */
  readonly retained?: Set<unknown>
}

/**
 * The stepping loop under `solve` and `trajectory`: yields the initial state and the state after every accepted step. Each step runs in a scope of
 * its own; whatever way the loop ends, nothing that it made is left but what was to be retained. On a fixed grid the states that are `wanted`,
 * every `checkEvery`th and the last are checked to be finite; adaptive control accepts no other.
 */
export async function* march<N>(
  B: Backend<N>,
  term: Term<N>,
  options: IntegrateOptions<N>,
  plan: Plan,
): AsyncGenerator<Position<N>, void, undefined> {
  const { initial, grid, solver, control, signal, checkEvery = 8, onProgress } = options
  requireFit(B, term, options)
  const brownian = brownianOf(B, term, options)
  const where = nameOf(term, options)
  const steps = grid.length - 1
  const turn = turns()
  const began = performance.now()
  let held: { readonly x: Matrix<N>; readonly memory: Memory<N> } = { x: initial, memory: [] }
  /** What the step just taken is made of, to be freed when it is of no more use. */
  let spare: unknown[] = []
  const insides = insidesOf(B, term, solver)
  let pacing: Pacing<N> | undefined
  let [evaluations, accepted, rejected, sound] = [0, 0, 0, -1]

  const settle = (): void => {
    if (plan.retained) forEachTensor(spare, B.isTensor, (tensor) => plan.retained?.add(tensor))
    release(B, spare, [held, initial, insides.kept()], plan.retained)
    spare = []
  }

  const statistics =
    (here: number) =>
    (time = here): Statistics => {
      const report = pacing?.report()
      return {
        steps: accepted + rejected,
        accepted,
        rejected,
        evaluations: evaluations + (report?.evaluations ?? 0),
        seconds: (performance.now() - began) / 1000,
        finalTime: time,
        ...finalLogSnr(term, time),
        ...(report && { error: report.error }),
      }
    }

  const position = async (step: number, time: number, taken?: TakenStep<N>): Promise<Position<N>> => {
    const progress: Progress = { step, steps, time }
    const arrived = time === grid[step]
    const asked = arrived && plan.wanted(progress)
    if (step === 0 || (pacing === undefined && (asked || step === steps || step % checkEvery === 0))) {
      if (!(await allFinite(B, held.x))) throw notFinite(where, progress, grid, sound)
      sound = step
    }
    return { ...progress, x: held.x, arrived, wanted: asked, statistics: statistics(time), ...(taken && { taken }) }
  }

  const insideOf = (input: StepInput<N>, y: Matrix<N>, given: Dense<N> | undefined) => {
    let found: Dense<N> | undefined
    return (): Dense<N> => {
      if (found !== undefined) return found
      const { dense, made, evaluations: spent } = insides.of(input, y, given)
      spare.push(made)
      evaluations += spent
      found = dense
      return found
    }
  }

  try {
    throwIfAborted(signal, where)
    yield await position(0, grid[0] as number)
    if (solver.start !== undefined) {
      const { start } = solver
      const begun = B.scope(() => start(B, term, { x: initial, t: grid[0] as number }))
      held = { x: initial, memory: begun.memory }
      evaluations += begun.evaluations
    }
    if (control?.kind === 'adaptive')
      pacing = await startPacing(B, term, solver, control, { where, x: initial, t: grid[0] as number, s: grid[1] as number })
    for (let step = 0; step < steps; step++) {
      let t = grid[step] as number
      const stop = grid[step + 1] as number
      while (t !== stop) {
        await turn()
        throwIfAborted(signal, where)
        const s = pacing === undefined ? stop : pacing.next(t, stop)
        const input: StepInput<N> = {
          step: accepted,
          t,
          s,
          ...held,
          ...(brownian && { brownian }),
          ...(plan.inside?.(t, s) && { dense: true }),
        }
        const result = B.scope(() => solver.step(B, term, input))
        evaluations += result.evaluations
        spare = [result]
        if (pacing !== undefined && !(await pacing.judge({ t, s, x: held.x, y: result.x, error: result.error }))) {
          rejected++
          release(B, spare, [held, initial, insides.kept()], plan.retained)
          spare = []
          continue
        }
        accepted++
        const { x, memory = [], dense } = result
        spare = [held, { x, memory, dense }]
        release(B, result.error, [spare, initial, insides.kept()], plan.retained)
        held = { x, memory }
        if (plan.inside === undefined) settle()
        const at = await position(s === stop ? step + 1 : step, s, { from: t, before: input.x, inside: insideOf(input, x, dense) })
        onProgress?.({ step: at.step, steps, time: at.time })
        yield at
        settle()
        t = s
      }
    }
  } finally {
    settle()
    release(B, [held, insides.kept()], initial, plan.retained)
  }
}

/** Frees the tensors of one value but those that are also in another, or in a set. */
export const release = <N>(B: Backend<N>, from: unknown, kept: unknown, retained?: ReadonlySet<unknown>): void => {
  const stay = new Set<unknown>()
  forEachTensor(kept, B.isTensor, (tensor) => stay.add(tensor))
  forEachTensor(from, B.isTensor, (tensor) => {
    if (!stay.has(tensor) && !retained?.has(tensor)) B.free(tensor)
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
