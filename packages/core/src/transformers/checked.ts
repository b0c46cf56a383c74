import { type Backend, type NativeOf, untyped } from '../backend/backend.js'
import { scopeTracker } from '../backend/scope.js'
import { sameShape, showShape } from '../backend/shape.js'
import { isTweedieError, type TweedieError, tweedieError } from '../errors.js'
import type { Shape } from '../tensor.js'
import { eachOperation, type OperationCall } from './each-operation.js'
import { finitenessCheck, type Refused } from './finiteness-check.js'

export interface CheckedOptions {
  /** Which numbers an operation may not make out of finite ones: NaN and infinities (the default), NaN alone, or neither is looked at. */
  readonly refuse?: Refused
}

/**
 * The same backend, which checks what is asked of it and what it answers. Each operation's operands are tensors of B that are not freed and
 * whose shapes fit; the result has the shape that belongs there; and no NaN or infinity appears that was not in an operand. What is wrong
 * throws a `TweedieError` that names the operation and the shapes of all operands.
 *
 * Tags: `ShapeMismatch` and `InvalidArgument` as the operation's own, `ShapeMismatch` too for a result of a wrong shape, `NotFinite` for
 * NaN and infinities. Where B has no `allFinite` the last comes from the next `read`, for the first operation at fault.
 */
export const checked = <B extends Backend<NativeOf<B>>>(B: B, { refuse = 'nonFinite' }: CheckedOptions = {}): B => {
  type N = NativeOf<B>
  const P = untyped<N>(B)
  const name = `checked(${P.name})`
  const freed = new WeakSet<object>()
  const tracker = scopeTracker<N & object>(P.isTensor as (value: unknown) => value is N & object, (x) => freed.add(x))
  const finiteness = finitenessCheck(P, refuse)

  const requireUsable = (where: string, x: N): void => {
    if (!P.isTensor(x))
      throw tweedieError('InvalidArgument', where, `an operand is not a tensor of ${P.name}`, 'Make it with this backend, or lift it')
    if (freed.has(x as object))
      throw tweedieError(
        'InvalidArgument',
        where,
        'a tensor was used after it was freed',
        'Return it from the scope that it was made in, or free it later',
      )
  }

  const around = (call: OperationCall<N>): unknown => {
    const { name: operation, row, args, run } = call
    const operands = row.operands(args)
    for (const x of operands) requireUsable(operation, x)
    finiteness.before(call)
    const wanted = withOperands(
      () => row.resultShapes(args, P.shape),
      () => operands.map(P.shape),
    )
    const result = run()
    const results = row.results(result)
    results.forEach((x, k) => {
      const [shape, belongs] = [P.shape(x), wanted[k] as Shape]
      if (!sameShape(shape, belongs))
        throw tweedieError(
          'ShapeMismatch',
          operation,
          `${P.name} returned ${showShape(shape)} where ${showShape(belongs)} belongs, from operands ${operands.map(P.shape).map(showShape).join(', ') || 'none'}`,
          'This is a fault of the backend: report it with its name',
        )
    })
    finiteness.after(call, operands, results)
    for (const x of results) {
      freed.delete(x as object)
      tracker.track(x as N & object)
    }
    return result
  }

  const changes = {
    name,
    shape: (x: N): Shape => {
      requireUsable('shape', x)
      return P.shape(x)
    },
    read: async (x: N): Promise<Float64Array> => {
      requireUsable('read', x)
      const [numbers] = await Promise.all([P.read(x), finiteness.beforeReading()])
      return numbers
    },
    scope: <T>(body: () => T): T => {
      let outcome: { readonly result: T } | { readonly thrown: unknown } | undefined
      P.scope(() => {
        try {
          outcome = { result: tracker.scope(body) }
          return [outcome.result, finiteness.kept()]
        } catch (thrown) {
          outcome = { thrown }
          return finiteness.kept()
        }
      })
      if (outcome !== undefined && 'result' in outcome) return outcome.result
      throw outcome?.thrown
    },
    free: (x: N): void => {
      P.free(x)
      tracker.free(x as N & object)
      freed.add(x as object)
    },
    liveTensors: (): number => P.liveTensors() - finiteness.liveTensors(),
  }
  return eachOperation(finiteness.guard(B), around, changes)
}

/** Runs a check of shapes; what it throws is told with the shapes of all operands. */
const withOperands = <T>(check: () => T, shapes: () => readonly Shape[]): T => {
  try {
    return check()
  } catch (error) {
    if (!isTweedieError(error)) throw error
    const { _tag, where, what, mend }: TweedieError = error
    const operands = shapes().map(showShape).join(', ')
    throw tweedieError(_tag, where, operands === '' ? what : `${what} (operands ${operands})`, mend, error)
  }
}
