import { type Backend, type NativeOf, untyped } from '../backend/backend.js'
import { sizeOf } from '../backend/shape.js'
import { eachOperation } from './each-operation.js'

/** What an operation was asked to do. */
export interface OperationCount {
  readonly calls: number
  /** Operands read and results written, at the width of the backend's dtype. What a view shares counts too. */
  readonly bytes: number
  /** Floating-point operations by the convention of `OperationRow.flops`. */
  readonly flops: number
}

/** What `counted(B)` has besides B. */
export interface Counter {
  /** By operation, those alone that were called since the last reset. */
  readonly counts: () => Readonly<Record<string, OperationCount>>
  readonly totals: () => OperationCount
  readonly resetCounts: () => void
}

const nothing: OperationCount = { calls: 0, bytes: 0, flops: 0 }
const plus = (a: OperationCount, b: OperationCount): OperationCount => ({
  calls: a.calls + b.calls,
  bytes: a.bytes + b.bytes,
  flops: a.flops + b.flops,
})

/**
 * The same backend, which counts the operations that it is asked for. A fused kernel is one call of its own name. An operation that
 * throws is not counted. Nothing is read from the tensors, and results are B's own.
 */
export const counted = <B extends Backend<NativeOf<B>>>(B: B): B & Counter => {
  const P = untyped<NativeOf<B>>(B)
  const width = P.dtype === 'float64' ? 8 : 4
  const counts = new Map<string, OperationCount>()

  const counter: Counter = {
    counts: () => Object.fromEntries(counts),
    totals: () => [...counts.values()].reduce(plus, nothing),
    resetCounts: () => counts.clear(),
  }
  return eachOperation(
    B,
    ({ name, row, args, run }) => {
      const result = run()
      const touched = [...row.operands(args), ...row.results(result)]
      const elements = touched.reduce((sum: number, x) => sum + sizeOf(P.shape(x)), 0)
      counts.set(name, plus(counts.get(name) ?? nothing, { calls: 1, bytes: width * elements, flops: row.flops(args, P.shape) }))
      return result
    },
    { name: `counted(${P.name})`, ...counter },
  ) as B & Counter
}
