import type { Shape } from '@tweedie/core'
import type { WasmMemory } from '../memory/memory.js'
import type { WasmTensor } from '../memory/tensor.js'
import { type Desk, LARGE, type Operand, SLOT } from './elementwise-operand.js'
import { repeatOf } from './elementwise-walk.js'

/** Small results in the usual layouts, without lists: training is made of hundreds of them. Each gives undefined where it is not meant. */
export const smallResults = ({ machine, make, pointer, rawPointer }: WasmMemory, { slots, scratch, put }: Desk) => {
  /** A kernel over a tensor of the result's shape and another operand, which comes first or not. */
  const pair = (kernel: string, whole: WasmTensor, other: Operand, otherFirst: boolean): WasmTensor | undefined => {
    const { shape, size } = whole
    if (size === 0 || size >= LARGE) return undefined
    const repeat =
      typeof other === 'number' || (other.size === 1 && other.shape.length <= shape.length) ? 'all' : repeatOf(other.shape, shape)
    if (repeat === undefined) return undefined
    const columns =
      typeof other === 'number' || repeat === 'none' || repeat === 'all' ? size : repeat === 'rows' ? other.size : size / other.size
    const row = repeat === 'columns' ? 1 : 0
    const step = repeat === 'none' || repeat === 'rows' ? 1 : 0
    const p = pointer(whole)
    const q = typeof other === 'number' ? slots : pointer(other)
    const out = make(shape)
    const to = rawPointer(out)
    if (typeof other === 'number') put(slots, other)
    if (otherFirst) machine.call(kernel, q, row, step, p, columns, 1, to, columns, 0, size, scratch)
    else machine.call(kernel, p, columns, 1, q, row, step, to, columns, 0, size, scratch)
    return out
  }

  /** The kernel of a choice where each of a and b has the condition's shape or is one number. */
  const choice = (kernel: string, condition: WasmTensor, a: Operand, b: Operand): WasmTensor | undefined => {
    const { shape, size } = condition
    const [left, right] = [stepIn(a, shape), stepIn(b, shape)]
    if (size === 0 || size >= LARGE || left === undefined || right === undefined) return undefined
    const c = pointer(condition)
    const p = typeof a === 'number' ? slots : pointer(a)
    const q = typeof b === 'number' ? slots + SLOT : pointer(b)
    const out = make(shape)
    const to = rawPointer(out)
    if (typeof a === 'number') put(slots, a)
    if (typeof b === 'number') put(slots + SLOT, b)
    machine.call(kernel, c, size, 1, p, size, left, q, size, right, to, size, 0, size, scratch)
    return out
  }

  return { pair, choice }
}

/** How far an operand goes on from one number of a shape to the next where that is all its layout: 1, or 0 for one number. */
const stepIn = (x: Operand, shape: Shape): 0 | 1 | undefined => {
  const repeat = typeof x === 'number' ? 'all' : repeatOf(x.shape, shape)
  return repeat === 'all' ? 0 : repeat === 'none' ? 1 : undefined
}
