import type { Shape } from '../../tensor.js'
import type { Operations } from '../operations.js'

/** The kinds of operations. */
export type OperationGroup = 'constructor' | 'elementwise' | 'reduction' | 'product' | 'indexing' | 'random' | 'kernel'

/** The members of a backend that make tensors out of tensors, numbers and keys. The rest is memory and the way in and out. */
export type OperationName = Exclude<
  keyof Operations<never>,
  | 'name'
  | 'dtype'
  | 'shape'
  | 'read'
  | 'isTensor'
  | 'allFinite'
  | 'readNow'
  | 'cloudsInOnePass'
  | 'cloudTree'
  | 'scope'
  | 'free'
  | 'liveTensors'
>

export type ShapeOf<N> = (x: N) => Shape

/** What can be said of one operation without running it. A is the list of its arguments, R what it gives. */
export interface OperationRow<N, A extends readonly unknown[] = readonly unknown[], R = unknown> {
  readonly group: OperationGroup
  /** The tensors among the arguments, those inside a cloud, a list or the state of Adam included. */
  readonly operands: (args: A) => readonly N[]
  /** The tensors in the result, in the order of `resultShapes`. */
  readonly results: (result: R) => readonly N[]
  /** The shapes that the result must have. Throws the `ShapeMismatch` or `InvalidArgument` that the operation must throw. */
  readonly resultShapes: (args: A, shapeOf: ShapeOf<N>) => readonly Shape[]
  /**
   * How many floating-point operations it takes, for arguments that fit: 1 for each element of an elementwise result, transcendental
   * functions included; 2 for each multiplication with addition of a product; 0 for what only moves elements.
   */
  readonly flops: (args: A, shapeOf: ShapeOf<N>) => number
}

/** The arguments of an operation, and its row. */
export type ArgumentsOf<N, K extends OperationName> = Parameters<Operations<N>[K]>
export type RowOf<N, K extends OperationName> = OperationRow<N, ArgumentsOf<N, K>, ReturnType<Operations<N>[K]>>
export type Rows<N, K extends OperationName = OperationName> = { readonly [Name in K]: RowOf<N, Name> }

/** The tensors among operands, of which numbers are none. */
export const tensorsOf = <N>(values: readonly (N | number)[]): readonly N[] => values.filter((value) => typeof value !== 'number') as N[]

/** The result of an operation that gives one tensor. */
export const single = <N>(result: N): readonly N[] => [result]
