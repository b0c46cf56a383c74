import { type Shape, sameShape } from '@tweedie/core'
import type { WasmMemory } from '../memory/memory.js'
import type { WasmTensor } from '../memory/tensor.js'
import { type Desk, LARGE, type Operand, SCRATCH, SLOT, shapeOf } from './elementwise-operand.js'
import { type Walk, walkOf } from './elementwise-walk.js'
import { splitOver } from './split-over.js'
import { copyStrided, stridesOf } from './strides.js'

/** Runs a kernel over operands that broadcast to a shape, in any layout. */
export type Broadcasting = (kernel: string, operands: readonly Operand[], shape: Shape) => WasmTensor

export const broadcasting = (memory: WasmMemory, { slots, scratch, put }: Desk): Broadcasting => {
  const { machine, make, pointer, rawPointer, free, withBlock } = memory

  const argumentsOf = (operands: readonly Operand[], block: number, { columns, row, step }: Walk, out: number): number[] => {
    const args: number[] = []
    for (let k = 0; k < operands.length; k++) {
      const operand = operands[k] as Operand
      if (typeof operand === 'number') put(block + k * SLOT, operand)
      args.push(typeof operand === 'number' ? block + k * SLOT : rawPointer(operand), row[k] as number, step[k] as number)
    }
    args.push(out, columns)
    return args
  }

  const spread = (x: WasmTensor, shape: Shape): WasmTensor => {
    const [own, lead] = [stridesOf(x.shape), shape.length - x.shape.length]
    const strides = shape.map((_, k) => (k < lead || x.shape[k - lead] === 1 ? 0 : (own[k - lead] as number)))
    return copyStrided(memory, x, shape, strides)
  }

  /** The operands as they are where rows and columns are enough; else those that are repeated are written out, and freed afterwards. */
  const run: Broadcasting = (kernel, operands, shape) => {
    if (shape.includes(0)) return make(shape)
    const walk = walkOf(shape, operands.map(shapeOf))
    if (walk === undefined) {
      const written: WasmTensor[] = []
      try {
        const whole = operands.map((x) => {
          if (typeof x === 'number' || x.size === 1 || sameShape(x.shape, shape)) return x
          written.push(spread(x, shape))
          return written.at(-1) as WasmTensor
        })
        return run(kernel, whole, shape)
      } finally {
        written.forEach(free)
      }
    }
    // In order, each of them, before their places are asked for.
    for (const x of operands) if (typeof x !== 'number') pointer(x)
    // A thread that is late may read the numbers after the next operation has begun: what threads share has a block of its own.
    return withBlock(3 * SLOT, (block) => {
      const out = make(shape)
      const large = out.size >= LARGE
      const args = argumentsOf(operands, large ? block : slots, walk, rawPointer(out))
      if (large) machine.parallel(kernel, args, out.size, { ...splitOver(1), scratch: SCRATCH })
      else machine.call(kernel, ...args, 0, out.size, scratch)
      return out
    })
  }
  return run
}
