import { key, type Vector } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adam } from './optimiser.js'
import { stepDecay } from './schedule.js'

const B = cpu()

/** Adam on plain numbers, written from the paper's algorithm 1. */
const reference = (
  theta: number,
  gradients: readonly number[],
  rate: (step: number) => number,
  beta1: number,
  beta2: number,
  epsilon: number,
): number => {
  let [x, m, v] = [theta, 0, 0]
  gradients.forEach((g, index) => {
    const t = index + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g ** 2
    x -= (rate(t) * (m / (1 - beta1 ** t))) / (Math.sqrt(v / (1 - beta2 ** t)) + epsilon)
  })
  return x
}

describe('adam', () => {
  it("takes the paper's steps", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), fc.constantFrom({}, { beta1: 0.5, beta2: 0.9, epsilon: 1e-3 }), async (seed, settings) => {
        const start = await B.read(B.normal(key(seed), [3]))
        const slopes = await Promise.all([1, 2, 3, 4, 5].map((k) => B.read(B.normal(key(seed + k), [3]))))
        const rate = stepDecay(0.1, [2, 4])
        const optimiser = adam({ rate, ...settings })
        let state = optimiser.init(B, { a: B.tensor(start.slice(0, 2), [2]), b: [B.tensor(start.slice(2), [])] as const })
        slopes.forEach((g, index) => {
          state = optimiser.update(B, state, { a: B.tensor(g.slice(0, 2), [2]), b: [B.tensor(g.slice(2), [])] as const }, index + 1)
        })
        const found = [...(await B.read(state.parameters.a)), ...(await B.read(state.parameters.b[0]))]
        const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = settings as { beta1?: number; beta2?: number; epsilon?: number }
        found.forEach((value, k) => {
          const exact = reference(
            start[k] as number,
            slopes.map((g) => g[k] as number),
            rate,
            beta1,
            beta2,
            epsilon,
          )
          // Five steps of a few roundings each.
          expect(Math.abs(value - exact)).toBeLessThan(1e-14 * Math.max(1, Math.abs(exact)))
        })
      }),
      { numRuns: 50, seed: 8 },
    )
  })

  it('leaves the state that it is given as it is', async () => {
    const optimiser = adam({ rate: 0.1 })
    const parameters = [B.tensor([1, 2], [2])]
    const state = optimiser.init(B, parameters)
    optimiser.update(B, state, [B.tensor([1, 1], [2])], 1)
    expect([...(await B.read(state.parameters[0] as (typeof parameters)[number]))]).toEqual([1, 2])
  })

  it('refuses settings, rates and gradients that do not fit', () => {
    expect(() => adam({ rate: 0.1, beta1: 1 })).toThrow(/beta1 = 1/)
    expect(() => adam({ rate: 0.1, epsilon: 0 })).toThrow(/epsilon = 0/)
    expect(() => adam({ rate: Number.NaN })).toThrow(/rate NaN/)
    const optimiser = adam({ rate: (step) => (step > 1 ? Number.NaN : 1) })
    const state = optimiser.init<CpuTensor, Vector<CpuTensor>[]>(B, [B.full([2], 0)])
    expect(() => optimiser.update(B, state, [B.full([2], 1)], 2)).toThrow(/NaN at step 2/)
    expect(() => optimiser.update(B, state, [], 1)).toThrow(/0 gradients for 1/)
    expect(() => optimiser.update(B, state, [B.full([1], 1)], 1)).toThrow(/\[1\].*\[2\]/)
  })
})
