import { type Backend, type NativeOf, untyped } from '../backend/backend.js'
import { operationRows } from '../backend/operation-table.js'
import type { OperationName, OperationRow } from '../backend/table/row.js'

/** One call of an operation, as a transformer sees it. */
export interface OperationCall<N> {
  readonly name: OperationName
  readonly row: OperationRow<N>
  readonly args: readonly unknown[]
  /** Runs the operation of the backend below. */
  readonly run: () => unknown
}

/**
 * A backend whose operations go through `around`, which must give what `run` gives, and whose other members are those of `changes`, or
 * B's. The native tensor and all that B has besides a backend's members stay.
 */
export const eachOperation = <B extends Backend<NativeOf<B>>>(
  B: B,
  around: (call: OperationCall<NativeOf<B>>) => unknown,
  changes: object,
): B => {
  const P = untyped<NativeOf<B>>(B)
  const operations = operationRows<NativeOf<B>>().map(([name, row]) => {
    const below = P[name] as (...args: readonly unknown[]) => unknown
    return [name, (...args: readonly unknown[]) => around({ name, row, args, run: () => below(...args) })]
  })
  return { ...B, ...Object.fromEntries(operations), ...changes }
}
