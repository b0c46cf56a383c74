import { key, normalArray, sizeOf } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeMachine } from '../machine/machine.js'
import { wasmMemory } from '../memory/memory.js'
import type { WasmTensor } from '../memory/tensor.js'
import { indexing } from './indexing.js'
import { joinAxes, stridesOf } from './strides.js'

// What each operation means is looked at by the conformance suite. Here: sizes that reach every path of a kernel, and what is copied.

const machine = makeMachine()

/** The element at an index of a tensor whose element k is k. */
const place = (shape: readonly number[], index: readonly number[]): number =>
  index.reduce((sum, i, axis) => sum + i * (stridesOf(shape)[axis] as number), 0)

const indicesOf = (shape: readonly number[]): number[][] =>
  shape.reduce<number[][]>((all, size) => all.flatMap((index) => Array.from({ length: size }, (_, k) => [...index, k])), [[]])

describe.each(['float32', 'float64'] as const)('in %s', (dtype) => {
  const memory = wasmMemory(machine, dtype)
  const I = indexing(memory)
  const counting = (shape: readonly number[]): WasmTensor => {
    const x = memory.make(shape)
    memory.numbers(x).forEach((_, k, all) => {
      all[k] = k
    })
    return x
  }
  const read = (x: WasmTensor): number[] => [...memory.numbers(x)]

  test('transposes of any rank', () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 5 })
    fc.assert(
      fc.property(shapes, (shape) => {
        memory.scope(() => {
          const turned = I.transpose(counting(shape))
          expect(turned.shape).toEqual([...shape].reverse())
          expect(read(turned)).toEqual(indicesOf(turned.shape).map((index) => place(shape, [...index].reverse())))
        })
      }),
    )
  })

  test('a matrix larger than a square of the kernel, there and back', () => {
    memory.scope(() => {
      const x = counting([50, 33])
      const turned = I.transpose(x)
      expect(turned.storage).toBe(x.storage)
      expect(I.transpose(turned).transposed).toBe(false)
      expect(read(turned)).toEqual(indicesOf([33, 50]).map(([i, j]) => place([50, 33], [j as number, i as number])))
      expect(read(I.transpose(turned))).toEqual(read(x))
    })
  })

  test('slices along any axis, of transposed views too; one piece is not copied', () => {
    const cases = fc.tuple(fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }), fc.nat(3), fc.nat(7), fc.nat(7))
    fc.assert(
      fc.property(cases, fc.boolean(), ([shape, chosen, a, b], turned) => {
        const axis = chosen % shape.length
        const size = shape[axis] as number
        const [from, to] = [Math.min(a, b, size), Math.min(Math.max(a, b), size)]
        memory.scope(() => {
          const x = turned ? I.transpose(counting([...shape].reverse())) : counting(shape)
          const [lies, storage] = [x.transposed, x.storage]
          const part = I.slice(x, axis, from, to)
          expect(part.storage === storage).toBe(axis === (lies ? 1 : 0))
          const wanted = indicesOf(shape.map((length, k) => (k === axis ? to - from : length)))
          const whole = read(x)
          expect(read(part)).toEqual(
            wanted.map(
              (index) =>
                whole[
                  place(
                    shape,
                    index.map((i, k) => (k === axis ? i + from : i)),
                  )
                ],
            ),
          )
        })
      }),
    )
  })

  test('broadcasts to any shape', () => {
    const cases = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.boolean()), { maxLength: 5 })
    fc.assert(
      fc.property(cases, fc.nat(5), (axes, drop) => {
        const shape = axes.map(([size]) => size)
        const own = axes.map(([size, one]) => (one ? 1 : size)).slice(Math.min(drop, axes.length))
        memory.scope(() => {
          const wide = I.broadcastTo(counting(own), shape)
          const lead = shape.length - own.length
          expect(wide.shape).toEqual(shape)
          expect(read(wide)).toEqual(
            indicesOf(shape).map((index) =>
              place(
                own,
                index.slice(lead).map((i, k) => (own[k] === 1 ? 0 : i)),
              ),
            ),
          )
        })
      }),
    )
  })

  test('long runs are joined, taken and scattered like short ones', () => {
    for (const length of [1, 3, 4, 63, 64, 65, 257])
      memory.scope(() => {
        const [x, y] = [counting([5, length]), counting([2, length])]
        expect(read(I.concat([x, y, x], 0))).toEqual([...read(x), ...read(y), ...read(x)])
        const beside = I.concat([x, I.slice(x, 1, 0, 1)], 1)
        expect(read(I.slice(beside, 1, 0, length))).toEqual(read(x))
        expect(read(I.takeRows(x, [4, 0, 4]))).toEqual([4, 0, 4].flatMap((i) => read(I.slice(x, 0, i, i + 1))))
        const scattered = I.scatterRows(I.takeRows(x, [4, 0, 4]), [1, 2, 1], 4)
        const [first, last] = [read(I.slice(x, 0, 0, 1)), read(I.slice(x, 0, 4, 5))]
        const zeros = first.map(() => 0)
        expect(read(scattered)).toEqual([...zeros, ...last.map((value) => 2 * value), ...first, ...zeros])
      })
  })

  test('NaN keeps its bits, and zeros their sign', () => {
    memory.scope(() => {
      const x = memory.make([2, 3, 2])
      const bytes = () => machine.u8().subarray(memory.pointer(x), memory.pointer(x) + x.size * memory.width)
      bytes().fill(0xff)
      memory.numbers(x)[0] = -0
      const before = [...bytes()]
      const back = I.transpose(I.transpose(x))
      expect([...machine.u8().subarray(memory.pointer(back), memory.pointer(back) + before.length)]).toEqual(before)
    })
  })

  test('what is refused leaves nothing behind', () => {
    const x = counting([3, 2])
    const [live, bytes] = [memory.liveTensors(), memory.bytes()]
    const refused = expect.objectContaining({ _tag: 'InvalidArgument' }) as Error
    expect(() => I.takeRows(x, [0, 3])).toThrow(refused)
    expect(() => I.scatterRows(x, [0, 1, 7], 3)).toThrow(refused)
    expect(() => I.slice(x, 1, 0, 3)).toThrow(refused)
    const full = expect.objectContaining({ _tag: 'OutOfMemory' }) as Error
    expect(() => I.broadcastTo(x, [2 ** 27, 3, 2])).toThrow(full)
    expect(() => I.takeRows(I.transpose(x), { length: 2 ** 29 })).toThrow(full)
    expect(memory.bytes()).toBe(bytes)
    expect(memory.liveTensors()).toBe(live + 1)
  })
})

test('axes that continue one another are walked as one', () => {
  const shape = [4, 1, 3, 5]
  expect(joinAxes(shape, stridesOf(shape))).toEqual([[sizeOf(shape), 1]])
  expect(joinAxes([5, 3, 4], [1, 5, 15])).toEqual([
    [5, 1],
    [3, 5],
    [4, 15],
  ])
  expect(joinAxes([2, 3, 4], [0, 0, 1])).toEqual([
    [6, 0],
    [4, 1],
  ])
  expect(normalArray(key(1), 0)).toHaveLength(0)
})
