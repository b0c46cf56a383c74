import type { Primitives } from '@tweedie/core'
import type { Node } from './traced.js'

/**
 * The reverse sweep: the adjoint of every leaf, given the adjoint of the output; undefined for a leaf that the output does not depend
 * on. Nodes are visited from the last made to the first, so every adjoint is complete before it is sent on, and it is freed then. The seed
 * stays the caller's. One tensor may be the adjoint of several nodes, and the seed itself that of a leaf.
 */
export const backward = <N>(P: Primitives<N>, output: Node<N>, seed: N, leaves: readonly (Node<N> | undefined)[]): (N | undefined)[] => {
  const adjoints = new Map<Node<N>, N>([[output, seed]])
  const holders = new Map<N, number>([[seed, Number.POSITIVE_INFINITY]])
  const hold = (x: N): void => void holders.set(x, (holders.get(x) ?? 0) + 1)
  const release = (x: N): void => {
    const left = (holders.get(x) ?? 0) - 1
    holders.set(x, left)
    if (left > 0) return
    holders.delete(x)
    P.free(x)
  }

  for (const node of descending(output)) {
    if (node.parents.length === 0) continue
    const adjoint = adjoints.get(node) as N
    const contributions = P.scope(() => node.pull(adjoint))
    for (const contribution of contributions) hold(contribution)
    node.parents.forEach((parent, index) => {
      const contribution = contributions[index] as N
      const others = adjoints.get(parent)
      const total = others === undefined ? contribution : P.add(others, contribution)
      adjoints.set(parent, total)
      if (others === undefined) return
      hold(total)
      release(others)
      release(contribution)
    })
    adjoints.delete(node)
    release(adjoint)
  }
  return leaves.map((leaf) => leaf && adjoints.get(leaf))
}

/** The nodes that a node depends on, itself included, the last made first. */
const descending = <N>(output: Node<N>): Node<N>[] => {
  const seen = new Set([output])
  // A set visits what is added while it is walked.
  for (const node of seen) for (const parent of node.parents) seen.add(parent)
  return [...seen].sort((a, b) => b.order - a.order)
}
