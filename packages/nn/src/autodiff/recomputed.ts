import type { Primitives } from '@tweedie/core'
import { backward } from './backward.js'
import { reverseRun } from './run.js'
import type { Tape } from './tape.js'
import type { Traced } from './traced.js'

/** The results of an operation, each made when it is asked for, out of traced operands. */
export type Again<N> = (operands: readonly Traced<N>[]) => readonly (() => Traced<N>)[]

/**
 * The results of an operation whose derivative is had by tracing `again`: in reverse mode when the adjoint comes, so that only the operands
 * are kept, in forward mode at once. The values are those given.
 */
export const recomputed =
  <N>(P: Primitives<N>, tape: Tape<N>) =>
  (values: readonly N[], operands: readonly Traced<N>[], again: Again<N>): Traced<N>[] => {
    const primals = operands.map((x) => tape.primal(x))
    const to = operands.map(({ derivative }) => derivative)
    const wanted = to.map((derivative) => derivative !== undefined)

    const pull = (part: number, adjoint: N): readonly N[] => {
      const run = reverseRun<N>()
      return tape.during(run, () => {
        const leaves = primals.map((primal, index) => tape.attach(primal, wanted[index] === true ? run.parameter() : undefined))
        const output = nodeOf(again(leaves)[part]?.() as Traced<N>)
        const sources = leaves.flatMap((leaf) => nodeOf(leaf) ?? [])
        const adjoints = output === undefined ? [] : backward(P, output, adjoint, sources)
        return primals.filter((_, index) => wanted[index]).map((primal, index) => adjoints[index] ?? P.full(P.shape(primal), 0))
      })
    }

    // The tangents of all results together, so that they share what they have in common.
    const tangents = to.some((derivative) => derivative !== undefined && 'along' in derivative)
      ? P.scope(() => again(operands).map((result) => alongOf(result())))
      : []

    return values.map((value, part) =>
      tape.recordJoint(value, {
        to,
        keeps: primals,
        pull: (adjoint) => pull(part, adjoint),
        push: () => tangents[part] ?? P.full(P.shape(value), 0),
      }),
    )
  }

const nodeOf = <N>({ derivative }: Traced<N>) => (derivative !== undefined && 'order' in derivative ? derivative : undefined)
const alongOf = <N>({ derivative }: Traced<N>) => (derivative !== undefined && 'along' in derivative ? derivative.along : undefined)
