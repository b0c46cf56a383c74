import { constructorRows } from './table/constructors.js'
import { elementwiseRows } from './table/elementwise.js'
import { indexingRows } from './table/indexing.js'
import { kernelRows } from './table/kernels.js'
import { reductionRows } from './table/reductions.js'
import type { OperationName, OperationRow, Rows } from './table/row.js'

/**
 * The operation set as data: for each operation by name its group, the tensors among its arguments, the shapes of its result with the
 * errors that it must throw, and its cost. Whoever wraps a backend, measures one or tests one works from it, and the page
 * docs/operations.md names what it names.
 */
export type OperationTable<N> = Rows<N>

export const operationTable = <N>(): OperationTable<N> => ({
  ...constructorRows<N>(),
  ...elementwiseRows<N>(),
  ...reductionRows<N>(),
  ...indexingRows<N>(),
  ...kernelRows<N>(),
})

/** The rows with their names, for code that treats all operations alike: arguments and results are unknown to the compiler. */
export const operationRows = <N>(): readonly (readonly [name: OperationName, row: OperationRow<N>])[] =>
  Object.entries(operationTable<N>()) as unknown as readonly (readonly [OperationName, OperationRow<N>])[]
