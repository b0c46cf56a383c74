import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { makeMachine } from '../machine/machine.js'
import { wasmMemory } from './memory.js'
import type { Storage, WasmTensor } from './tensor.js'
import type { Registry } from './tracker.js'

const plain = () => wasmMemory(makeMachine({ build: 'plain' }), 'float32')

describe('storage is given back with the last tensor that looks at it', () => {
  test('views count', () => {
    const memory = plain()
    const x = memory.make([4, 3])
    expect(memory.bytes()).toBe(48)
    const [view, turned] = [memory.view(x, [3], 6), memory.transposedView(x)]
    expect(memory.bytes()).toBe(48)
    memory.free(x)
    memory.free(x)
    expect(memory.bytes()).toBe(48)
    memory.free(view)
    memory.free(turned)
    expect([memory.bytes(), memory.liveTensors()]).toEqual([0, 0])
  })

  test('a transposed view is put in order once, in a storage of its own', () => {
    const memory = plain()
    const x = memory.make([2, 3])
    memory.numbers(x).set([1, 2, 3, 4, 5, 6])
    const turned = memory.transposedView(x)
    expect(turned.transposed).toBe(true)
    expect([...memory.numbers(turned)]).toEqual([1, 4, 2, 5, 3, 6])
    expect([turned.transposed, turned.shape]).toEqual([false, [3, 2]])
    const at = memory.pointer(turned)
    expect(memory.pointer(turned)).toBe(at)
    expect(memory.liveTensors()).toBe(2)
    expect(memory.bytes()).toBe(48)
    expect([...memory.numbers(x)]).toEqual([1, 2, 3, 4, 5, 6])
    memory.free(x)
    expect([...memory.numbers(turned)]).toEqual([1, 4, 2, 5, 3, 6])
    memory.free(turned)
    expect(memory.bytes()).toBe(0)
  })

  test('a row and a column are one another’s transpose as they lie', () => {
    const memory = plain()
    const x = memory.make([5, 1])
    expect(memory.transposedView(x)).toMatchObject({ shape: [1, 5], transposed: false })
  })
})

describe('a tensor that cannot be used', () => {
  const refusal = expect.objectContaining({ _tag: 'InvalidArgument', where: 'wasm' }) as Error

  test('is refused when it is freed, even where its storage lives on', () => {
    const memory = plain()
    const x = memory.make([4])
    const view = memory.view(x, [2])
    memory.free(x)
    expect(() => memory.pointer(x)).toThrow(refusal)
    expect(() => memory.view(x, [4])).toThrow(refusal)
    expect(memory.pointer(view)).toBeGreaterThan(0)
  })

  test('is refused when it is of another backend', () => {
    const x = plain().make([2])
    expect(() => plain().pointer(x)).toThrow(refusal)
    expect(() => plain().pointer({ shape: [2], data: [1, 2] } as unknown as WasmTensor)).toThrow(refusal)
  })
})

describe('tensors that are dropped and not freed', () => {
  /** A registry that is told what was collected. */
  const fake = () => {
    const watched = new Map<WasmTensor, Storage>()
    let collected: (storage: Storage) => void = () => {}
    const registry: Registry = {
      register: (tensor, storage) => void watched.set(tensor, storage),
      unregister: (tensor) => watched.delete(tensor),
    }
    const collect = (tensor: WasmTensor): void => {
      const storage = watched.get(tensor)
      watched.delete(tensor)
      if (storage !== undefined) collected(storage)
    }
    const make = (callback: (storage: Storage) => void): Registry => {
      collected = callback
      return registry
    }
    return { make, collect, watched }
  }
  const machine = makeMachine({ build: 'plain' })

  test('are watched where no scope owns them, and not inside one', () => {
    const registry = fake()
    const memory = wasmMemory(machine, 'float32', registry.make)
    const x = memory.make([4])
    expect([...registry.watched.keys()]).toEqual([x])
    const kept = memory.scope(() => {
      const inner = memory.scope(() => [memory.make([2]), memory.make([3])])
      expect(registry.watched.size).toBe(1)
      memory.free(inner[0] as WasmTensor)
      return { list: inner, x }
    })
    const [freed, escaped] = kept.list as [WasmTensor, WasmTensor]
    expect([...registry.watched.keys()]).toEqual([x, escaped])
    expect(freed.freed).toBe(true)
    memory.free(escaped)
    memory.free(x)
    expect(registry.watched.size).toBe(0)
    expect([memory.bytes(), memory.liveTensors()]).toEqual([0, 0])
  })

  test('give their storage back, but for what another tensor looks at, and are still counted', () => {
    const registry = fake()
    const memory = wasmMemory(machine, 'float32', registry.make)
    const x = memory.make([4, 4])
    const turned = memory.transposedView(x)
    registry.collect(x)
    expect(memory.bytes()).toBe(64)
    memory.pointer(turned)
    expect(memory.bytes()).toBe(64)
    registry.collect(turned)
    expect([memory.bytes(), memory.liveTensors()]).toEqual([0, 2])
  })

  test('are found by the collector of the engine', async () => {
    setFlagsFromString('--expose-gc')
    const gc = runInNewContext('gc') as () => void
    const memory = wasmMemory(machine, 'float64')
    const kept = memory.make([10])
    ;(() => {
      for (let k = 0; k < 100; k++) memory.make([1000])
      memory.scope(() => memory.make([1000]))
    })()
    expect(memory.bytes()).toBe(80 + 101 * 8000)
    for (let k = 0; k < 50 && memory.bytes() > 80; k++) {
      gc()
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(memory.bytes()).toBe(80)
    expect(memory.pointer(kept)).toBeGreaterThan(0)
  })
})

describe('when there is no room', () => {
  const outOfMemory = expect.objectContaining({ _tag: 'OutOfMemory', where: 'wasm' }) as Error

  test('for one tensor, it is refused and nothing is lost', () => {
    const memory = plain()
    const x = memory.make([3])
    memory.numbers(x).set([1, 2, 3])
    for (const size of [2 ** 28, 2 ** 30 + 4, 2 ** 32 + 4, 2 ** 40]) expect(() => memory.make([size])).toThrow(outOfMemory)
    expect([...memory.numbers(x)]).toEqual([1, 2, 3])
    expect([memory.liveTensors(), memory.bytes()]).toEqual([1, 12 + 4])
  })

  test('for all of them, what there was stays as it was, and freed room is found again', () => {
    const memory = plain()
    // Blocks are reserved, not written to, so this takes address space and no memory.
    const fill = (): WasmTensor[] => {
      const made: WasmTensor[] = []
      try {
        for (;;) {
          const x = memory.make([2 ** 26])
          memory.numbers(x)[0] = made.length
          memory.numbers(x)[x.size - 1] = -made.length
          made.push(x)
        }
      } catch (error) {
        expect(error).toEqual(outOfMemory)
      }
      return made
    }
    const made = fill()
    expect(made.length).toBeGreaterThanOrEqual(14)
    for (let round = 0; round < 3; round++) {
      // Every other block, then neighbours: free lists have to be sound for them to be joined and found again.
      for (const x of made.filter((_, k) => k % 2 === 0)) memory.free(x)
      const small = Array.from({ length: 100 }, (_, k) => memory.make([1000 + k]))
      for (const [k, x] of small.entries()) memory.numbers(x).fill(k)
      for (const [k, x] of small.entries()) expect(memory.numbers(x).every((value) => value === k)).toBe(true)
      for (const x of small) memory.free(x)
      for (const [k, x] of made.entries()) if (k % 2 === 1) expect([memory.numbers(x)[0], memory.numbers(x)[x.size - 1]]).toEqual([k, -k])
      for (const x of made) memory.free(x)
      expect([memory.liveTensors(), memory.bytes()]).toEqual([0, 0])
      const again = fill()
      expect(again.length).toBe(made.length)
      made.splice(0, made.length, ...again)
    }
  })
})
