import { type Shape, sizeOf } from '@tweedie/core'
import type { WasmMemory } from '../memory/memory.js'
import type { WasmTensor } from '../memory/tensor.js'
import { splitOver } from './split-over.js'

/** Row-major strides of a shape, in numbers. */
export const stridesOf = (shape: Shape): readonly number[] => shape.map((_, axis) => sizeOf(shape.slice(axis + 1)))

/** Axes that are walked as one: those of size 1 go, and one that continues the next joins it. */
export const joinAxes = (sizes: readonly number[], strides: readonly number[]): readonly (readonly [size: number, stride: number])[] => {
  const axes: [number, number][] = []
  sizes.forEach((size, k) => {
    const stride = strides[k] as number
    const last = axes.at(-1)
    if (size === 1) return
    if (last !== undefined && last[1] === stride * size) axes[axes.length - 1] = [last[0] * size, stride]
    else axes.push([size, stride])
  })
  return axes
}

/** A tensor of a shape from the numbers of x, with a stride for each axis: 0 repeats. */
export const copyStrided = (memory: WasmMemory, x: WasmTensor, shape: Shape, strides: readonly number[]): WasmTensor => {
  const { machine, suffix, make, pointer, rawPointer, withBlock } = memory
  const axes = joinAxes(shape, strides)
  const [outer, inner] = axes.length > 1 ? [axes[0] as readonly [number, number], axes.slice(1)] : [[1, 0] as const, axes]
  const all = [outer, ...(inner.length > 0 ? inner : [[1, 1] as const])]
  return withBlock(all.length * 8, (layout) => {
    const from = pointer(x)
    const out = make([...shape])
    if (out.size === 0) return out
    new Int32Array(machine.memory.buffer, layout, all.length * 2).set([...all.map(([size]) => size), ...all.map(([, stride]) => stride)])
    const length = out.size / outer[0]
    machine.parallel(`copyStrided_${suffix}`, [from, rawPointer(out), all.length, layout, length], outer[0], splitOver(length))
    return out
  })
}
