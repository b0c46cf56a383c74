/**
 * What reverse-mode differentiation writes down: a graph of nodes, one for each operation whose result depends on a parameter
 * (Griewank & Walther, "Evaluating Derivatives", 2008, chapter 3).
 */

/** One recorded operation. It knows how to send the adjoint of its result on to its parents, and nothing of values. */
export interface Node<N> {
  /** Nodes are numbered as they are made, so a node's number is greater than its parents'. */
  readonly order: number
  readonly parents: readonly Node<N>[]
  /** One contribution per parent: the adjoint times the derivative of the result by that parent. Linear in the adjoint. */
  readonly pull: (adjoint: N) => readonly N[]
}

/**
 * The native tensor of `autodiff(B)`: a tensor of B, with a node where it depends on a parameter. A constant has none, and nothing
 * made of constants alone is recorded.
 */
export class Traced<N> {
  constructor(
    /** The value, a tensor of B. */
    readonly primal: N,
    /** The backend that it belongs to, so that the tensors of `autodiff(autodiff(B))` and of `autodiff(B)` are told apart. */
    readonly owner: symbol,
    readonly node: Node<N> | undefined,
  ) {}
}

/** An operand as the operations take it: a number is a constant. */
export type Operand<N> = Traced<N> | number
