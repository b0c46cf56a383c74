import { type Activation, activationNames } from '@tweedie/core'
import type { WasmMemory } from '../memory/memory.js'
import type { WasmTensor } from '../memory/tensor.js'

/** One number per column of the result, or a matrix like it. */
export interface Bias {
  readonly pointer: number
  readonly perRow: boolean
}

export type Product = (a: WasmTensor, b: WasmTensor, out: WasmTensor, activation: Activation, bias?: Bias) => void

/** Bytes from row to row of the right factor up to which its panels are read where they lie. */
const SHORT = 1024
/** Fewer rows than this do not repay a copy of the right factor. */
const FEW = 16
/** Nanoseconds that a multiplication takes, and storing a result, with an activation or without, in float32. */
const COST = { multiplication: 0.05, result: 0.3, activation: 2.5 }
/** Rows of a chunk are multiples of this: whole tiles of either kind. */
const ROWS = 12

/** out = activation(a · b + bias) by the kernels of assembly/matmul.ts. Either factor may be a transposed view. */
export const product = ({ machine, width, suffix, rawPointer, withBlock }: WasmMemory): Product => {
  const kernels = { rows: `matMulRows_${suffix}`, columns: `matMulColumns_${suffix}`, pack: `matMulPack_${suffix}` }
  const scratch = machine.call(`matMulScratch_${suffix}`)
  const panel = 32 / width

  /** Bytes from row to row and from column to column. */
  const strides = ({ shape, transposed }: WasmTensor): readonly [row: number, column: number] =>
    transposed ? [width, (shape[0] as number) * width] : [(shape[1] as number) * width, width]

  return (a, b, out, activation, bias) => {
    const [rows, depth] = a.shape as [number, number]
    const columns = b.shape[1] as number
    const [left, right, to] = [rawPointer(a), rawPointer(b), rawPointer(out)]
    const [aRow, aStep] = strides(a)
    const [bStep, bColumn] = strides(b)

    const whole = Math.floor(columns / panel)
    const inPlace = !b.transposed && (bStep <= SHORT || rows < FEW)
    // Panels are copied but those that can be read in place; the columns that fill none always are.
    const first = inPlace ? whole : 0
    const packed = Math.ceil(columns / panel) - first

    const multiply = (panels: number): void => {
      const edge = panels + (whole - first) * depth * 32
      const factor = inPlace ? [right, bStep, 32] : [panels, 32, depth * 32]
      const gathered = a.transposed && aStep > SHORT ? 1 : 0
      const added = bias === undefined ? [0, 0] : [bias.pointer, bias.perRow ? columns * width : 0]
      const place = activationNames.indexOf(activation)
      const args = [left, aRow, aStep, gathered, ...factor, edge, ...added, place, to, rows, depth, columns]
      const cost = (width / 4) * (depth * COST.multiplication + (place === 0 ? COST.result : COST.activation))
      // A panel that is not full takes the time of a full one.
      if (rows >= 3 * ROWS || rows >= columns)
        machine.parallel(kernels.rows, args, rows, { grain: ROWS, scratch, cost: cost * Math.max(columns, panel) })
      else machine.parallel(kernels.columns, args, columns, { grain: panel, scratch, cost: cost * rows })
    }
    if (packed === 0) return multiply(0)
    withBlock(packed * depth * 32 + 16, (panels) => {
      const args = [right + first * panel * bColumn, bStep, bColumn, depth, columns - first * panel, panels]
      machine.parallel(kernels.pack, args, packed, { grain: 1, cost: depth * 4 })
      multiply(panels)
    })
  }
}
