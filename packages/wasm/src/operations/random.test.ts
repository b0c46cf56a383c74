import { inverseNormal, key, normalArray } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeMachine } from '../machine/machine.js'
import { wasmMemory } from '../memory/memory.js'
import { random } from './random.js'

const machine = makeMachine()

describe.each(['float32', 'float64'] as const)('normals in %s', (dtype) => {
  const memory = wasmMemory(machine, dtype)
  const { normal } = random(memory)
  const rounded = (numbers: Float64Array) => (dtype === 'float32' ? Float32Array.from(numbers) : numbers)
  const expectSame = (...[of, count, first]: Parameters<typeof normalArray>): void => {
    const x = normal(of, [count], first)
    const [given, wanted] = [memory.numbers(x), rounded(normalArray(of, count, first))]
    const unequal = wanted.findIndex((value, k) => !Object.is(value, given[k]))
    expect([unequal, given.length, wanted[unequal]]).toEqual([-1, count, given[unequal]])
    memory.free(x)
  }

  test('have the bits of normalArray, from any place of the stream on', () => {
    const seeds = fc.maxSafeNat()
    const places = fc.oneof(fc.nat(9), fc.maxSafeNat(), fc.constantFrom(2 ** 32 - 3, 2 ** 33 - 1, 2 ** 53 - 1, 2 ** 53 - 4))
    fc.assert(fc.property(seeds, fc.nat(70), places, (seed, count, first) => expectSame(key(seed), count, first)))
  })

  // 1e5 numbers reach 4.3 standard deviations: both tails, and the middle of each.
  test('have them on a large array', () => expectSame(key(7), 100_001, 5))

  test('are of the shape that is asked for, none included', () => {
    expect(normal(key(1), [2, 0, 3]).shape).toEqual([2, 0, 3])
    expect(normal(key(1), []).size).toBe(1)
  })
})

test('the quantile has the bits of inverseNormal, far into both tails', () => {
  // From 2⁻⁵³, the smallest that a stream has, to ½; the third rational function begins at e⁻²⁵.
  const powers = fc.double({ min: -53, max: -1, noNaN: true })
  fc.assert(
    fc.property(powers, fc.boolean(), (power, upper) => {
      const p = upper ? 1 - 2 ** power : 2 ** power
      expect(machine.call('inverseNormal_f64', p)).toBe(inverseNormal(p))
    }),
    { numRuns: 1000 },
  )
})
