import { type Backend, type Matrix, readAndFree, type Scalar, tweedieError } from '@tweedie/core'
import type { TakenStep } from './march.js'
import { findRoot } from './root.js'

/**
 * A condition that happens where a number crosses zero on the way. The number is of the whole batch: the mean over it, the largest, that of one
 * row. It is looked at after every step, so it must not cross twice within one.
 */
export interface StateEvent<N> extends Watched {
  /** The number at a state [M, D] and a time. Runs in a scope: what it makes is freed. */
  readonly of: (x: Matrix<N>, t: number) => Scalar<N> | number
}

/** The same where the number takes a promise to get; the function frees what it makes. */
export interface AwaitedStateEvent<N> extends Watched {
  readonly read: (x: Matrix<N>, t: number) => Promise<number>
}

interface Watched {
  /** Which crossings count, as the solve goes: from below zero, from above, or (where not given) both. */
  readonly direction?: 'rising' | 'falling' | 'both'
  /** Whether the solve ends there; true where not given. */
  readonly terminal?: boolean
}

export type SolveEvent<N> = StateEvent<N> | AwaitedStateEvent<N>

/** A crossing that was found. */
export interface Crossing<N> {
  /** Which event it was, by its place in the list. */
  readonly event: number
  readonly time: number
  /** The state then, [M, D]; the caller's. */
  readonly x: Matrix<N>
  readonly terminal: boolean
}

/** Watches events over a solve, one step after the other. */
export interface Watch<N> {
  readonly begin: (x: Matrix<N>, t: number) => Promise<void>
  /** The crossings within a step to x at `time`, in the order they happen, up to the first that ends the solve. */
  readonly step: (taken: TakenStep<N>, x: Matrix<N>, time: number) => Promise<readonly Crossing<N>[]>
}

export const watchOf = <N>(B: Backend<N>, events: readonly SolveEvent<N>[], where: string): Watch<N> => {
  let before: readonly number[] = []

  const numberOf = async (event: SolveEvent<N>, x: Matrix<N>, t: number): Promise<number> => {
    const found = 'read' in event ? await event.read(x, t) : B.scope(() => event.of(x, t))
    const value = typeof found === 'number' ? found : ((await readAndFree(B, found)) as Float64Array)[0]
    if (typeof value === 'number' && !Number.isNaN(value)) return value
    throw tweedieError('NotFinite', where, `an event is ${value} at t = ${t}`, 'Make it a number at every state on the way')
  }

  const all = async (x: Matrix<N>, t: number): Promise<number[]> => {
    const values: number[] = []
    for (const event of events) values.push(await numberOf(event, x, t))
    return values
  }

  return {
    begin: async (x, t) => {
      before = await all(x, t)
    },
    step: async ({ from, inside }, x, time) => {
      const [first, last] = [before, await all(x, time)]
      before = last
      const found: { event: number; time: number; terminal: boolean }[] = []
      for (const [k, event] of events.entries()) {
        const [low, high] = [first[k] as number, last[k] as number]
        const { direction = 'both', terminal = true } = event
        const rises = low < 0 && high >= 0
        const falls = low > 0 && high <= 0
        if (!((rises && direction !== 'falling') || (falls && direction !== 'rising'))) continue
        const { at } = inside()
        const valueAt = async (u: number): Promise<number> => {
          const state = B.scope(() => at(u))
          try {
            return await numberOf(event, state, u)
          } finally {
            B.free(state)
          }
        }
        found.push({ event: k, time: high === 0 ? time : await findRoot(valueAt, from, low, time, high), terminal })
      }
      found.sort((a, b) => Math.abs(a.time - from) - Math.abs(b.time - from))
      const end = found.findIndex(({ terminal }) => terminal)
      const seen = end < 0 ? found : found.slice(0, end + 1)
      const stateAt = (u: number): Matrix<N> => (u === time ? B.mul(x, 1) : inside().at(u))
      return B.scope(() => seen.map((crossing) => ({ ...crossing, x: stateAt(crossing.time) })))
    },
  }
}
