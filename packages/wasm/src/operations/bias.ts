import type { WasmMemory } from '../memory/memory.js'
import type { WasmTensor } from '../memory/tensor.js'

/** Writes a bias that broadcasts to [rows, columns] out in full, at an address: one number, one per column or row, or a whole matrix. */
export const spreadBias = (memory: WasmMemory, bias: WasmTensor, to: number, [rows, columns]: readonly [number, number]): void => {
  const from = memory.numbers(bias)
  const floats = memory.dtype === 'float32' ? memory.machine.f32() : memory.machine.f64()
  const out = floats.subarray(to / memory.width, to / memory.width + rows * columns)
  if (from.length === out.length) out.set(from)
  else if (from.length === 1) out.fill(from[0] as number)
  else from.forEach((value, row) => out.fill(value, row * columns, (row + 1) * columns))
}
