import { type Shape, sizeOf } from '@tweedie/core'
import fc from 'fast-check'
import { HostTensor } from './host-tensor.js'

/** Tensors of a shape. Long ones repeat a pattern of 61 numbers, which no power of two divides. */
export const tensorOf = (shape: Shape, numbers: fc.Arbitrary<number>): fc.Arbitrary<HostTensor> => {
  const size = sizeOf(shape)
  const count = Math.min(size, 61)
  return fc.array(numbers, { minLength: count, maxLength: count }).map(
    (some) =>
      new HostTensor(
        shape,
        Array.from({ length: size }, (_, k) => some[k % 61] as number),
      ),
  )
}

/** Calls f on every tensor inside operands, in order, and gives them with what it returns. */
export const mapTensors = <T>(operands: unknown, f: (tensor: HostTensor) => T): unknown => {
  if (operands instanceof HostTensor) return f(operands)
  if (Array.isArray(operands)) return operands.map((each) => mapTensors(each, f))
  if (typeof operands === 'object' && operands !== null)
    return Object.fromEntries(Object.entries(operands).map(([name, value]) => [name, mapTensors(value, f)]))
  return operands
}

/** The tensors inside operands, in order. */
export const tensorsIn = (operands: unknown): HostTensor[] => {
  const found: HostTensor[] = []
  mapTensors(operands, (tensor) => found.push(tensor))
  return found
}
