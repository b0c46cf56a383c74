import { key, normalArray, type Shape, sizeOf } from '@tweedie/core'
import { expect } from 'vitest'
import { makeMachine } from '../machine/machine.js'
import { wasmMemory } from '../memory/memory.js'
import type { WasmTensor } from '../memory/tensor.js'
import { linear } from './linear.js'

/** What the tests of products and layers share. */

const machine = makeMachine({ threads: 1 })

/** Sums are over blocks of 256, and then of blocks (Higham 2002, §4.2): of K products rounded as they are added, this many roundings meet one. */
export const roundings = (depth: number): number => Math.min(depth, 256) + Math.ceil(depth / 256)

export const abs = (x: Float64Array): Float64Array => x.map(Math.abs)

/** Compared as bytes: NaN and the sign of zero count, and it is quick. */
export const expectSame = (actual: Float64Array, expected: Float64Array): void =>
  expect(Buffer.compare(Buffer.from(actual.slice().buffer), Buffer.from(expected.slice().buffer))).toBe(0)

export const expectWithin = (actual: Float64Array, expected: ArrayLike<number>, bound: (k: number) => number): void => {
  expect(actual.length).toBe(expected.length)
  actual.forEach((value, k) => {
    const wanted = expected[k] as number
    if (!(Math.abs(value - wanted) <= bound(k))) expect(value, `element ${k}, allowed ${bound(k)}`).toBe(wanted)
  })
}

export const linearIn = (dtype: 'float32' | 'float64') => {
  const memory = wasmMemory(machine, dtype)
  const round = (value: number): number => (dtype === 'float32' ? Math.fround(value) : value)
  const put = (numbers: ArrayLike<number>, shape: Shape): WasmTensor => {
    const x = memory.make(shape)
    memory.numbers(x).set(numbers)
    return x
  }
  const turn = (numbers: Float64Array, rows: number, columns: number): Float64Array =>
    numbers.map((_, at) => numbers[(at % rows) * columns + Math.floor(at / rows)] as number)

  return {
    ...linear(memory),
    memory,
    unit: dtype === 'float32' ? 2 ** -24 : 2 ** -53,
    round,
    put,
    normals: (seed: number, shape: Shape): Float64Array => normalArray(key(seed), sizeOf(shape)).map(round),
    /** A matrix, or a transposed view of its transpose. */
    matrix: (numbers: Float64Array, [rows, columns]: readonly [number, number], transposed: boolean): WasmTensor =>
      transposed ? memory.transposedView(put(turn(numbers, rows, columns), [columns, rows])) : put(numbers, [rows, columns]),
    numbersOf: (x: WasmTensor): Float64Array => Float64Array.from(memory.numbers(x)),
  }
}
