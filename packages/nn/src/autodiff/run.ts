import { type Primitives, type Shape, sameShape } from '@tweedie/core'
import type { Derivative, Node, Tangent } from './traced.js'

/** How an operation depends on one operand. */
export interface Link<N> {
  /** The operand's derivative; a constant has none, and the link is dropped. */
  readonly to: Derivative<N> | undefined
  /** The tensors of B that `pull` reads: they live as long as a recording does. */
  readonly keeps: readonly (N | number)[]
  /** The operand's share of an adjoint of the result: Jᵀ·adjoint. */
  readonly pull: (adjoint: N) => N
  /** What a tangent of the operand adds to the result's: J·tangent, in a shape that broadcasts to the result's. */
  readonly push: (tangent: N) => N
}

/** How an operation depends on several operands, where they are better taken together. */
export interface Joint<N> {
  readonly to: readonly (Derivative<N> | undefined)[]
  readonly keeps: readonly (N | number)[]
  /** One share for each operand with a derivative, in their order. */
  readonly pull: (adjoint: N) => readonly N[]
  /** The tangent of the result from those of the operands; a constant has none. */
  readonly push: (tangents: readonly (N | undefined)[]) => N
}

/** Links as one: shares one by one, and a tangent that is the sum of what each adds. */
export const jointly = <N>(P: Pick<Primitives<N>, 'add'>, links: readonly Link<N>[]): Joint<N> => {
  const live = links.filter(({ to }) => to !== undefined)
  return {
    to: live.map(({ to }) => to),
    keeps: live.flatMap(({ keeps }) => keeps),
    pull: (adjoint) => live.map(({ pull }) => pull(adjoint)),
    push: (tangents) => live.map(({ push }, index) => push(tangents[index] as N)).reduce((sum, each) => P.add(sum, each)),
  }
}

/** One differentiation of one function: what is written down beside the values while the function runs. */
export interface Run<N> {
  /** The derivative of a result of this shape, some of whose operands have one. */
  readonly join: (joint: Joint<N>, shape: Shape) => Derivative<N>
  /** What scopes inside the function must spare. */
  readonly kept: readonly N[]
  /** What `free` inside the function must leave. */
  readonly pinned: ReadonlySet<N>
}

/** Records nodes, and keeps alive what their pulls read. */
export interface ReverseRun<N> extends Run<N> {
  /** The node of a parameter. */
  readonly parameter: () => Node<N>
}

/** Carries tangents along; keeps nothing. */
export interface ForwardRun<N> extends Run<N> {
  /** The tangent of a parameter; its tensor is the caller's. */
  readonly parameter: (along: N) => Tangent<N>
}

let made = 0

export const reverseRun = <N>(): ReverseRun<N> => {
  const kept: N[] = []
  const pinned = new Set<N>()
  const run: ReverseRun<N> = {
    kept,
    pinned,
    parameter: () => ({ run, order: ++made, parents: [], pull: () => [] }),
    join: ({ to, keeps, pull }) => {
      for (const tensor of keeps) {
        if (typeof tensor === 'number' || pinned.has(tensor)) continue
        pinned.add(tensor)
        kept.push(tensor)
      }
      return { run, order: ++made, parents: to.filter((each) => each !== undefined) as Node<N>[], pull }
    },
  }
  return run
}

export const forwardRun = <N>(P: Primitives<N>): ForwardRun<N> => {
  const pinned = new Set<N>()
  const run: ForwardRun<N> = {
    kept: [],
    pinned,
    parameter: (along) => {
      pinned.add(along)
      return { run, along }
    },
    join: ({ to, push }, shape) => {
      const tangents = to.map((each) => (each as Tangent<N> | undefined)?.along)
      const along = P.scope(() => {
        const pushed = push(tangents)
        const whole = sameShape(P.shape(pushed), shape) ? pushed : P.broadcastTo(pushed, shape)
        // A copy where it is an operand's own, so that freeing one value's tangent never takes another's.
        return tangents.includes(whole) ? P.mul(whole, 1) : whole
      })
      return { run, along }
    },
  }
  return run
}
