import { type Kernels, type Operations, operationRows, sizeOf } from '@tweedie/core'
import type { TfTensor } from '../tf.js'

/**
 * The fused kernels among this package's programs, behind the checks of shapes that every backend makes; where an operand or a result holds no numbers, the
 * derived kernel.
 */
export const overridden = (derived: Operations<TfTensor>, programs: Partial<Kernels<TfTensor>>): Partial<Kernels<TfTensor>> => {
  type Kernel = (...args: readonly unknown[]) => unknown
  const shapeOf = (x: TfTensor): readonly number[] => x.shape
  const kernels = operationRows<TfTensor>().flatMap(([name, row]): [string, Kernel][] => {
    const program = (programs as Readonly<Record<string, Kernel | undefined>>)[name]
    if (row.group !== 'kernel' || program === undefined) return []
    const otherwise = derived[name] as unknown as Kernel
    return [
      [
        name,
        (...args) => {
          const shapes = [...row.resultShapes(args, shapeOf), ...row.operands(args).map(shapeOf)]
          return shapes.some((shape) => sizeOf(shape) === 0) ? otherwise(...args) : program(...args)
        },
      ],
    ]
  })
  return Object.fromEntries(kernels)
}
