import type { Shape } from '@tweedie/core'
import type { WasmMemory } from '../memory/memory.js'
import type { WasmTensor } from '../memory/tensor.js'

/** What an elementwise operation takes besides tensors: numbers, which stand for scalars. */
export type Operand = WasmTensor | number

const SCALAR: Shape = []
export const shapeOf = (x: Operand): Shape => (typeof x === 'number' ? SCALAR : x.shape)

/** Results of two or three operands of fewer numbers are computed where they are: that takes about 10 µs. */
export const LARGE = 32768
/** Bytes from one number operand to the next. */
export const SLOT = 16
/** Bytes of scratch that a kernel of three operands asks for: for each the 256 vectors of `narrow` in assembly/elementwise-layout.ts. */
export const SCRATCH = 3 * 4096

/** Where kernels that run on this thread find number operands and scratch. */
export interface Desk {
  readonly slots: number
  readonly scratch: number
  /** Puts a number operand where a kernel finds it, rounded to the type. */
  readonly put: (at: number, value: number) => void
}

export const deskOf = ({ machine, dtype, width }: WasmMemory): Desk => {
  const scratch = machine.allocate(SCRATCH + 3 * SLOT)
  return {
    scratch,
    slots: scratch + SCRATCH,
    put: (at, value) => {
      if (dtype === 'float32') machine.f32()[at / width] = value
      else machine.f64()[at / width] = value
    },
  }
}
