import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { agree, checkLaws, LawBroken, law } from './law.js'

const small = law('numbers are below ten', 'a made-up paper, eq. (7)', fc.nat(1000), (n) => {
  if (n >= 10) throw new Error(`${n} is not`)
})
const fine = law('numbers are numbers', 'eq. (1)', fc.nat(), () => {})

describe('law', () => {
  test('says its name, its source, the shrunk counterexample and the seed', async () => {
    const error = await checkLaws([fine, small], { seed: 42 }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(LawBroken)
    expect(error).toMatchObject({ law: 'numbers are below ten', source: 'a made-up paper, eq. (7)', counterexample: 10, seed: 42 })
    expect((error as Error).message).toMatch(
      /^numbers are below ten \[a made-up paper, eq\. \(7\)\] does not hold: 10 is not\. Counterexample: 10; seed 42, path /,
    )
  })

  test('the same seed finds the same counterexample, and a law that rejects is broken too', async () => {
    const late = law('late', 'eq. (2)', fc.double({ noNaN: true }), async (x) => {
      await Promise.resolve()
      if (x > 0.123) throw new Error('too large')
    })
    const run = (): Promise<unknown> => late.check({ seed: 5 }).catch((thrown: LawBroken) => [thrown.counterexample, thrown.path])
    expect(await run()).toEqual(await run())
  })

  test('runs as often as it is told', async () => {
    let count = 0
    const counting = law('counting', 'none', fc.nat(), () => {
      count++
    })
    await counting.check({ runs: 7 })
    expect(count).toBe(7)
    await counting.check()
    expect(count).toBe(107)
  })

  test('agree takes the tolerance as it is, and NaN as a difference', () => {
    expect(() => agree('x', 1, 1.5, 0.5)).not.toThrow()
    expect(() => agree('x', 1, 1.5, 0.49)).toThrow('x is 1 where 1.5 is expected, to 0.49')
    for (const [a, b, tolerance] of [
      [Number.NaN, 1, 1],
      [1, Number.NaN, 1],
      [1, 1, Number.NaN],
    ] as const)
      expect(() => agree('x', a, b, tolerance)).toThrow()
  })
})
