import { reducedShape, resolveAxis, sizeOf } from '@tweedie/core'
import type { TfTensor } from '../tf.js'
import type { Constructors } from './constructors.js'
import type { Arithmetic, ReductionName } from './names.js'
import type { Run } from './run.js'

/** What a fold over nothing gives. */
const ofNothing: Readonly<Record<ReductionName, number>> = { sum: 0, max: Number.NEGATIVE_INFINITY, min: Number.POSITIVE_INFINITY }
/** Axes that TensorFlow.js folds on every device; more are joined first. */
const MOST_AXES = 4

/** Sum, maximum and minimum over one axis or over everything. */
export const reductions = (run: Run, O: Arithmetic, { full }: Constructors): Pick<Arithmetic, ReductionName> => {
  const reduction =
    (name: ReductionName): Arithmetic['sum'] =>
    (x: TfTensor, axis, keepDims = false) => {
      const at = axis === undefined ? undefined : resolveAxis(name, x.shape, axis)
      const shape = at === undefined ? [] : reducedShape(x.shape, at, keepDims)
      if (x.size === 0) return full(shape, ofNothing[name])
      if (at === undefined) return run.within(() => run.reshape(O[name](run.reshape(x, [x.size]), 0), shape))
      if (x.rank <= MOST_AXES) return O[name](x, at, keepDims)
      const joined = [sizeOf(x.shape.slice(0, at)), x.shape[at] as number, sizeOf(x.shape.slice(at + 1))]
      return run.within(() => run.reshape(O[name](run.reshape(x, joined), 1), shape))
    }
  return { sum: reduction('sum'), max: reduction('max'), min: reduction('min') }
}
