import { isPromise, tweedieError } from '@tweedie/core'
import type { Tape } from './tape.js'
import type { Traced } from './traced.js'

/** A function to be differentiated, as the untyped inside sees it: of a tree of traced tensors. */
export type ParameterFunction = (parameters: unknown) => unknown

/** What such a function returned. Throws `InvalidArgument` where it is not a tensor of the run in progress or a constant. */
export const resultOf = <N>(tape: Tape<N>, where: string, result: unknown): Traced<N> => {
  if (isPromise(result))
    throw tweedieError(
      'InvalidArgument',
      where,
      'the function returned a promise',
      'Differentiate synchronous code and await outside of it',
    )
  if (!tape.isTraced(result))
    throw tweedieError(
      'InvalidArgument',
      where,
      `the function did not return a tensor of ${tape.name}`,
      'Compute with the operations of the backend that differentiates',
    )
  tape.primal(result)
  return result
}
