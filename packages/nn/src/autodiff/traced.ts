/**
 * What differentiation writes down. In reverse mode a graph of nodes, one for each operation whose result depends on a parameter; in forward
 * mode a tangent beside each such result (Griewank & Walther, "Evaluating Derivatives", 2008, chapter 3).
 */

/** One recorded operation. It knows how to send the adjoint of its result on to its parents, and nothing of values. */
export interface Node<N> {
  /** The run that recorded it. */
  readonly run: object
  /** Nodes are numbered as they are made, so a node's number is greater than its parents'. */
  readonly order: number
  readonly parents: readonly Node<N>[]
  /** One contribution per parent: the adjoint times the derivative of the result by that parent. Linear in the adjoint. */
  readonly pull: (adjoint: N) => readonly N[]
}

/** The derivative of a value along the direction of a forward run. */
export interface Tangent<N> {
  /** The run whose direction it is along. */
  readonly run: object
  /** Of the value's shape, and nobody else's tensor. */
  readonly along: N
}

/** How a value depends on the parameters of one run: by a node in a reverse run, by a tangent in a forward one. */
export type Derivative<N> = Node<N> | Tangent<N>

/**
 * The native tensor of `autodiff(B)`: a tensor of B, with its derivative where it depends on a parameter. A constant has none, and nothing
 * is written down for what is made of constants alone.
 */
export class Traced<N> {
  constructor(
    /** The value, a tensor of B. */
    readonly primal: N,
    /** The backend that it belongs to, so that the tensors of `autodiff(autodiff(B))` and of `autodiff(B)` are told apart. */
    readonly owner: symbol,
    readonly derivative: Derivative<N> | undefined,
  ) {}
}

/** An operand as the operations take it: a number is a constant. */
export type Operand<N> = Traced<N> | number
