import { forEachTensor, requireSynchronous, tweedieError } from '@tweedie/core'
import { type Node, type Operand, Traced } from './traced.js'

/** How an operation depends on one operand. */
export interface Link<N> {
  /** The operand's node; a constant has none, and the link is dropped. */
  readonly to: Node<N> | undefined
  /** The tensors of B that `pull` reads: they live as long as the recording does. */
  readonly keeps: readonly (N | number)[]
  readonly pull: (adjoint: N) => N
}

/** What `autodiff(B)` records in: makes traced tensors and keeps alive what the derivatives need. */
export interface Tape<N> {
  readonly isTraced: (value: unknown) => value is Traced<N>
  readonly constant: (primal: N) => Traced<N>
  /** A tensor to differentiate by. */
  readonly leaf: (primal: N) => Traced<N> & { readonly node: Node<N> }
  /** The value of an operand, a number as it is. Throws `InvalidArgument` for a tensor of another backend. */
  readonly primal: {
    (x: Traced<N>): N
    (x: Operand<N>): N | number
  }
  readonly nodeOf: (x: Operand<N>) => Node<N> | undefined
  /** A node with the links that lead to a parameter; undefined when there are none. */
  readonly join: (links: readonly Link<N>[]) => Node<N> | undefined
  /** A node whose contributions are computed together. */
  readonly joinAll: (parents: readonly Node<N>[], keeps: readonly (N | number)[], pull: Node<N>['pull']) => Node<N> | undefined
  readonly attach: (primal: N, node: Node<N> | undefined) => Traced<N>
  readonly record: (primal: N, ...links: readonly Link<N>[]) => Traced<N>
  /** Runs a body whose operations are recorded. `kept` is what the derivatives need; it must outlive every scope inside the body. */
  readonly recording: <T>(body: () => T) => { readonly result: T; readonly kept: readonly N[] }
  readonly scope: <T>(body: () => T) => T
  readonly free: (x: Traced<N>) => void
}

interface Recording<N> {
  readonly kept: N[]
  readonly pinned: Set<N>
}

let made = 0

/** A tape over B's memory management. */
export const tape = <N>(name: string, memory: { readonly scope: <T>(body: () => T) => T; readonly free: (x: N) => void }): Tape<N> => {
  const owner = Symbol(name)
  const recordings: Recording<N>[] = []

  const isTraced = (value: unknown): value is Traced<N> => value instanceof Traced && value.owner === owner
  const attach = (primal: N, node: Node<N> | undefined): Traced<N> => new Traced(primal, owner, node)
  const own = (x: Operand<N>): Operand<N> => {
    if (typeof x !== 'number' && !isTraced(x))
      throw tweedieError(
        'InvalidArgument',
        name,
        'an operand is not a tensor of this backend',
        'Bring tensors of the backend below in with lift(x)',
      )
    return x
  }
  const nodeOf = (x: Operand<N>): Node<N> | undefined => (typeof x === 'number' ? undefined : x.node)

  const joinAll: Tape<N>['joinAll'] = (parents, keeps, pull) => {
    const recording = recordings.at(-1)
    if (recording === undefined || parents.length === 0) return undefined
    for (const kept of keeps) {
      if (typeof kept === 'number' || recording.pinned.has(kept)) continue
      recording.pinned.add(kept)
      recording.kept.push(kept)
    }
    return { order: ++made, parents, pull }
  }

  const join: Tape<N>['join'] = (links) => {
    const live = links.filter((link) => link.to !== undefined)
    return joinAll(
      live.map((link) => link.to as Node<N>),
      live.flatMap((link) => link.keeps),
      (adjoint) => live.map((link) => link.pull(adjoint)),
    )
  }

  return {
    isTraced,
    constant: (primal) => attach(primal, undefined),
    leaf: (primal) => attach(primal, { order: ++made, parents: [], pull: () => [] }) as Traced<N> & { node: Node<N> },
    primal: ((x: Operand<N>) => (typeof x === 'number' ? x : (own(x) as Traced<N>).primal)) as Tape<N>['primal'],
    nodeOf,
    join,
    joinAll,
    attach,
    record: (primal, ...links) => attach(primal, join(links)),

    recording: (body) => {
      const mine: Recording<N> = { kept: [], pinned: new Set() }
      recordings.push(mine)
      try {
        return { result: body(), kept: mine.kept }
      } finally {
        recordings.pop()
      }
    },

    // The scope of the backend below does the work; besides the result it must spare what the open recording keeps.
    scope: (body) => {
      const recording = recordings.at(-1)
      const before = recording?.kept.length ?? 0
      let result: ReturnType<typeof body> | undefined
      memory.scope(() => {
        result = requireSynchronous(body())
        const spared: N[] = []
        forEachTensor(result, isTraced, (x) => spared.push(x.primal))
        return [spared, recording?.kept.slice(before)]
      })
      return result as ReturnType<typeof body>
    },

    // What a recording keeps goes when the recording's own scope ends.
    free: (x) => {
      const primal = (own(x) as Traced<N>).primal
      if (!recordings.some((recording) => recording.pinned.has(primal))) memory.free(primal)
    },
  }
}
