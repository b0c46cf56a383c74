import { afterEach, describe, expect, test, vi } from 'vitest'
import { moduleBytes } from './load.js'
import { makeMachine } from './machine.js'

afterEach(() => {
  vi.unstubAllGlobals()
})

/** The ids of a module's sections, in order. */
const sections = (bytes: Uint8Array): readonly number[] => {
  const ids: number[] = []
  for (let at = 8; at < bytes.length; ) {
    ids.push(bytes[at++]!)
    let [size, shift] = [0, 0]
    for (let more = true; more; shift += 7) {
      const byte = bytes[at++]!
      size += (byte & 127) * 2 ** shift
      more = byte > 127
    }
    at += size
  }
  return ids
}

describe('the module', () => {
  test.each(['plain', 'relaxed'] as const)('%s has no start function, which each thread would run on the one memory', (build) => {
    const found = sections(moduleBytes(build, true))
    expect(found).toContain(10)
    expect(found).not.toContain(8)
  })

  test.each([true, false])('differs by one byte at most when shared: %s', (shared) => {
    const [a, b] = [moduleBytes('plain', false), moduleBytes('plain', shared)]
    expect(a.filter((byte, k) => byte !== b[k]).length).toBe(shared ? 1 : 0)
  })
})

describe('memory', () => {
  test.each([1, 2])('of %i threads is shared exactly when they are more than one, and views follow it when it grows', (threads) => {
    const machine = makeMachine({ threads })
    expect(machine.threads).toBe(threads)
    expect(machine.memory.buffer instanceof SharedArrayBuffer).toBe(threads > 1)
    const [small, before] = [machine.allocate(16), machine.f32()]
    machine.call('fill_f32', small, 3, 0, 4)
    expect(before[small / 4]).toBe(3)
    const large = machine.allocate(1 << 24)
    machine.call('fill_f32', large, 5, 0, 1 << 22)
    expect(machine.f32().length).toBeGreaterThan(before.length)
    expect([machine.f32()[small / 4], machine.f32()[large / 4 + (1 << 22) - 1]]).toEqual([3, 5])
    expect([machine.f64().buffer, machine.u8().buffer]).toEqual([machine.memory.buffer, machine.memory.buffer])
  })

  test('that is full gives an OutOfMemory', () => {
    const machine = makeMachine({ threads: 1 })
    expect(() => machine.allocate(2 ** 31)).toThrow(expect.objectContaining({ _tag: 'OutOfMemory' }))
  })
})

describe('threads', () => {
  test('are one per processor by default, eight at most', () => {
    vi.stubGlobal('navigator', { hardwareConcurrency: 3 })
    expect(makeMachine().threads).toBe(3)
    vi.stubGlobal('navigator', { hardwareConcurrency: 96 })
    expect(makeMachine().threads).toBe(8)
    vi.stubGlobal('navigator', undefined)
    expect(makeMachine().threads).toBeGreaterThanOrEqual(1)
  })

  test('are one where memory cannot be shared: without SharedArrayBuffer, and on a page that is not isolated', () => {
    vi.stubGlobal('crossOriginIsolated', false)
    const machines = [makeMachine({ threads: 4 })]
    vi.stubGlobal('crossOriginIsolated', undefined)
    vi.stubGlobal('SharedArrayBuffer', undefined)
    machines.push(makeMachine({ threads: 4 }), makeMachine())
    for (const machine of machines) {
      expect([machine.threads, machine.memory.buffer instanceof ArrayBuffer]).toEqual([1, true])
      const at = machine.allocate(400)
      machine.parallel('fill_f32', [at, 7], 100, { grain: 4 })
      expect(new Set(machine.f32().subarray(at / 4, at / 4 + 100))).toEqual(new Set([7]))
    }
  })

  test.each([0, -1, 1.5, 65, Number.NaN])('cannot be %d', (threads) => {
    expect(() => makeMachine({ threads })).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
  })
})

test('a kernel that does not exist, and too many arguments, are refused', () => {
  const machine = makeMachine({ threads: 1 })
  expect(() => machine.call('nothing')).toThrow(expect.objectContaining({ _tag: 'Unsupported' }))
  expect(() => machine.parallel('nothing', [], 1, { grain: 1 })).toThrow(expect.objectContaining({ _tag: 'Unsupported' }))
  const args = Array.from({ length: 58 }, () => 0)
  expect(() => machine.parallel('fill_f32', args, 1, { grain: 1 })).toThrow(expect.objectContaining({ _tag: 'Unsupported' }))
})
