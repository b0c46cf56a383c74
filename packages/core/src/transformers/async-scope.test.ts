import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpu } from '../cpu/index.js'
import { asyncScope } from './async-scope.js'
import { checked } from './checked.js'

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

describe('asyncScope', () => {
  it('frees what was made on both sides of an await, but for what is inside the result', async () => {
    const B = cpu()
    const x = B.full([2], 3)
    const before = B.liveTensors()
    const { kept } = await asyncScope(B, async (S) => {
      const y = S.add(x, 1)
      await later()
      const z = S.scope(() => S.square(S.mul(y, 2)))
      return { kept: [S.sub(z, y)], x }
    })
    expect(B.liveTensors() - before).toBe(1)
    expect([...(await B.read(kept[0] as typeof x))]).toEqual([60, 60])
    expect([...(await B.read(x))]).toEqual([3, 3])
  })

  it('frees everything when the body throws, at once or later, and passes the error on', async () => {
    const B = cpu()
    const error = new Error('inside')
    for (const wait of [false, true])
      await expect(
        asyncScope(B, async (S) => {
          S.full([2], 1)
          if (wait) await later()
          S.full([2], 2)
          throw error
        }),
      ).rejects.toBe(error)
    expect(B.liveTensors()).toBe(0)
  })

  it('takes an operand that an operation hands on for what it is', async () => {
    const B = cpu()
    const x = B.full([2], 3)
    await asyncScope(B, async (S) => {
      S.activate(x, 'identity')
    })
    expect(B.liveTensors()).toBe(1)
    expect((await B.read(x))[0]).toBe(3)
  })

  it('nests: what an inner one hands on belongs to the outer one', async () => {
    const B = checked(cpu())
    const result = await asyncScope(B, async (S) => {
      const inner = await asyncScope(S, async (T) => {
        T.full([1], 1)
        await later()
        return T.full([1], 2)
      })
      expect(B.liveTensors()).toBe(1)
      return S.mul(inner, 3)
    })
    expect(B.liveTensors()).toBe(1)
    expect((await B.read(result))[0]).toBe(6)
  })

  it('is exact however several interleave, with scopes and frees between', async () => {
    type Step = 'make' | 'scope' | 'free' | 'wait' | 'throw in scope'
    const steps = fc.array(fc.constantFrom<Step>('make', 'scope', 'free', 'wait', 'throw in scope'), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(steps, fc.nat(7)), { minLength: 1, maxLength: 4 }), async (bodies) => {
        const B = cpu()
        const results = await Promise.all(
          bodies.map(([own, keep], k) =>
            asyncScope(B, async (S) => {
              const made = [S.full([1], k)]
              for (const step of own) {
                if (step === 'make') made.push(S.add(made[0] as (typeof made)[0], 0))
                else if (step === 'scope') made.push(S.scope(() => S.scope(() => S.mul(S.full([1], k), S.full([1], 1)))))
                else if (step === 'free' && made.length > 1) S.free(made.pop() as (typeof made)[0])
                else if (step === 'wait') await later()
                else if (step === 'throw in scope')
                  expect(() =>
                    S.scope(() => {
                      S.full([1], -1)
                      throw new Error('inside')
                    }),
                  ).toThrow('inside')
              }
              return made.filter((_, index) => (keep >> (index % 3)) & 1)
            }),
          ),
        )
        expect(B.liveTensors()).toBe(results.flat().length)
        for (const [k, kept] of results.entries()) for (const x of kept) expect((await B.read(x))[0]).toBe(k)
      }),
      { numRuns: 20 },
    )
  })
})
