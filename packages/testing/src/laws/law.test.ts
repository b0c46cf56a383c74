import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { agree, checkLaws, LawBroken, law, testLaws } from './law.js'

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

  test('seed and path of a broken law lead straight back to its counterexample', async () => {
    let cases = 0
    const counted = law('short lists', 'eq. (3)', fc.array(fc.nat()), (list) => {
      cases++
      if (list.length > 3) throw new Error('too long')
    })
    const broken = (await counted.check({ seed: 3 }).catch((thrown: unknown) => thrown)) as LawBroken
    const before = cases
    const again = (await counted.check({ seed: broken.seed, path: broken.path }).catch((thrown: unknown) => thrown)) as LawBroken
    expect(again.counterexample).toEqual(broken.counterexample)
    // The case itself, and what shrinking tries from it in vain.
    expect(cases - before).toBeLessThan(before)
    expect(again.message).toContain(`seed ${broken.seed}`)
  })

  test('shrinking ends in time, with the smallest counterexample found', async () => {
    const slow = law('slow', 'eq. (4)', fc.array(fc.nat(), { minLength: 50, maxLength: 60 }), async (list) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      if (list.some((n) => n % 7 === 3)) throw new Error('three')
    })
    const began = performance.now()
    const broken = (await slow.check({ seed: 2, shrinkSeconds: 0.05 }).catch((thrown: unknown) => thrown)) as LawBroken
    expect(broken).toBeInstanceOf(LawBroken)
    expect((broken.counterexample as number[]).some((n) => n % 7 === 3)).toBe(true)
    // Unhindered it takes some thousand cases of 5 ms.
    expect(performance.now() - began).toBeLessThan(3000)
  })

  test('every law becomes a test of a runner', async () => {
    const bodies = new Map<string, () => Promise<void>>()
    testLaws((name, body) => bodies.set(name, body), [fine, small], { seed: 42 })
    expect([...bodies.keys()]).toEqual(['numbers are numbers [eq. (1)]', 'numbers are below ten [a made-up paper, eq. (7)]'])
    const [passes, fails] = [...bodies.values()] as [() => Promise<void>, () => Promise<void>]
    await passes()
    await expect(fails()).rejects.toMatchObject({ counterexample: 10, seed: 42 })
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
