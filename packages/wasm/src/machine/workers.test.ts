import { describe, expect, test } from 'vitest'
import { makeMachine } from './machine.js'
import { eventually, fillOnce, machineWith, rows } from './test-faults.js'

const same = (numbers: Float32Array, value: number): boolean => numbers.every((number) => number === value)

describe('work', () => {
  test('is really shared: a worker that writes another number is seen', async () => {
    const machine = machineWith('fill(out, value + 1, from, to)', { threads: 3, patience: 20_000 })
    const at = machine.allocate(4 * rows)
    let theirs = 0
    await eventually(() => {
      const numbers = fillOnce(machine, at)
      theirs = numbers.filter((number) => number === 2).length
      expect(numbers.filter((number) => number === 1).length + theirs).toBe(rows)
      return theirs > 0
    })
    // Chunks are whole grains.
    expect(theirs % 64).toBe(0)
    expect(machine.threads).toBe(3)
    await machine.dispose()
  })

  test('starts without the event loop', () => {
    const machine = machineWith('fill(out, value + 1, from, to)', { patience: 20_000 })
    const at = machine.allocate(4 * rows)
    const until = performance.now() + 20_000
    while (same(fillOnce(machine, at), 1)) expect(performance.now()).toBeLessThan(until)
    void machine.dispose()
  })

  test.each([1, 2, 3])('covers every row once, whatever the grain and the count, with %i threads', async (threads) => {
    const machine = makeMachine({ threads })
    const at = machine.allocate(4 * (rows + 100))
    await eventually(() => fillOnce(machine, at).length === rows && performance.now() > 0)
    for (const grain of [1, 3, 64])
      for (const count of [0, 1, 2, 63, 64, 65, 1000, 4097])
        for (const cost of [undefined, 1e5]) {
          machine.call('fill_f32', at, 0, 0, rows + 100)
          machine.parallel('fill_f32', [at, 5], count, cost === undefined ? { grain } : { grain, cost })
          const numbers = machine.f32().subarray(at / 4, at / 4 + count + 1)
          expect(numbers.findIndex((number) => number !== 5)).toBe(count)
        }
    await machine.dispose()
  })

  test("of many small jobs of different sizes in a row is each job's own", async () => {
    const machine = makeMachine({ threads: 4 })
    const [at, sizes] = [machine.allocate(1 << 17), [128, 4096, 192, 2048, 16384, 130, 640]]
    const until = performance.now() + 700
    for (let job = 1; performance.now() < until; job++) {
      const [size, where] = [sizes[job % sizes.length]!, at + 4 * ((job * 64) % 4096)]
      machine.parallel('fill_f32', [where, job], size, { grain: 64, cost: 1e4 })
      const numbers = machine.f32().subarray(where / 4, where / 4 + size)
      if (!same(numbers, job)) expect(numbers).toEqual(new Float32Array(size).fill(job))
    }
    expect(machine.threads).toBe(4)
    await machine.dispose()
  })

  test('goes on, on the calling thread, after the workers are ended, at once or twice', async () => {
    const machine = machineWith('fill(out, value + 1, from, to)', { patience: 20_000 })
    const at = machine.allocate(4 * rows)
    await eventually(() => !same(fillOnce(machine, at), 1))
    await Promise.all([machine.dispose(), machine.dispose()])
    expect([machine.threads, same(fillOnce(machine, at), 1)]).toEqual([1, true])
    const unused = makeMachine({ threads: 2 })
    await unused.dispose()
    expect([unused.threads, same(fillOnce(unused, unused.allocate(4 * rows)), 1)]).toEqual([1, true])
  })
})

describe('a kernel that fails', () => {
  test.each([1, 2])('is a WorkerFailure with the cause, with %i threads, and the machine goes on', async (threads) => {
    const machine = makeMachine({ threads })
    const at = machine.allocate(4 * rows)
    const until = performance.now() + 150
    while (performance.now() < until) fillOnce(machine, at)
    // The last rows lie beyond the memory, so that whichever thread takes them traps.
    const beyond = machine.memory.buffer.byteLength - 2 * rows
    for (let k = 0; k < 20; k++)
      expect(() => fillOnce(machine, beyond)).toThrow(
        expect.objectContaining({
          _tag: 'WorkerFailure',
          what: expect.stringContaining('fill_f32'),
          cause: expect.any(WebAssembly.RuntimeError),
        }),
      )
    expect([machine.threads, same(fillOnce(machine, at), 1)]).toEqual([threads, true])
    await machine.dispose()
  })

  test('on a worker alone is run again by the caller', async () => {
    const machine = machineWith(`fill(out, 9, from, to); throw new Error('only here')`, { patience: 20_000 })
    const at = machine.allocate(4 * rows)
    const until = performance.now() + 300
    while (performance.now() < until) expect(same(fillOnce(machine, at), 1)).toBe(true)
    expect(machine.threads).toBe(2)
    await machine.dispose()
  })
})

describe('a worker', () => {
  test('that dies within a chunk costs time, not results', async () => {
    const machine = machineWith('fill(out, 9, from, to); process.exit(3)', { threads: 3 })
    const at = machine.allocate(4 * rows)
    await eventually(() => {
      expect(same(fillOnce(machine, at), 1)).toBe(true)
      return machine.threads === 1
    })
    // Once they are known to be dead, what they may have been writing to can be had again.
    await eventually(() => {
      const block = machine.allocate(1 << 16)
      machine.release(block)
      return machine.allocate(1 << 16) === block
    })
    await machine.dispose()
  })

  test('that never comes back is given up, and ended with the others', async () => {
    const machine = machineWith('for (;;) {}')
    const at = machine.allocate(4 * rows)
    await eventually(() => {
      expect(same(fillOnce(machine, at), 1)).toBe(true)
      return machine.threads === 1
    })
    await machine.dispose()
    machine.release(at)
    expect(machine.allocate(7 * (rows / 2))).toBe(at)
  })

  test('that cannot start is not waited for', async () => {
    const machine = makeMachine({ threads: 3, testing: { prelude: `throw new Error('no')` } })
    const at = machine.allocate(4 * rows)
    await eventually(() => same(fillOnce(machine, at), 1) && machine.threads === 1)
    await machine.dispose()
  })

  test('that is late keeps what it may write to from being used again, and comes back', async () => {
    const nap = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)'
    const machine = machineWith(`${nap}; fill(out, 9, from, to)`)
    const [at, guard] = [machine.allocate(4 * rows), machine.allocate(16)]
    await eventually(() => {
      expect(same(fillOnce(machine, at), 1)).toBe(true)
      return machine.threads === 1
    })
    machine.release(at)
    const other = machine.allocate(4 * rows)
    expect(other).not.toBe(at)
    machine.call('fill_f32', other, 4, 0, rows)
    await eventually(() => machine.threads === 2)
    // It has written to the old block, and to no other; now that block may be had.
    expect(machine.f32().subarray(at / 4, at / 4 + rows)).toContain(9)
    expect(same(machine.f32().subarray(other / 4, other / 4 + rows), 4)).toBe(true)
    // The three blocks lie side by side: one that is as large as the outer two together fits where they were.
    for (const pointer of [other, guard]) machine.release(pointer)
    expect(machine.allocate(7 * rows)).toBe(at)
    await machine.dispose()
  })
})
