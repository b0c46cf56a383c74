import { type Backend, eachOperation, type NativeOf, untyped } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { backendConformance, type Declared, LawBroken } from '@tweedie/testing'
import { describe, expect, test } from 'vitest'
import { derivedOver } from './backends.js'

/** What hardware does that is not quite IEEE 754, by a backend that does it, and what declares it. */

const SMALLEST_NORMAL = 2 ** -126

/** A float32 backend whose every primitive is followed by a change of its numbers, within kernels too. */
const afterwards = (change: (value: number) => number): Backend<CpuTensor> => {
  const B = cpu({ dtype: 'float32' })
  const P = untyped(B)
  const changed = eachOperation(
    B,
    ({ row, run }) => {
      const result = run()
      // A view shares the numbers of its operand, which were changed when they were made.
      for (const x of row.results(result) as readonly CpuTensor[])
        if (x.offset === 0 && x.data.length === x.size) x.data.forEach((value, k) => (x.data[k] = change(value)))
      return result
    },
    { name: `${P.name}, changed` },
  ) as Backend<CpuTensor>
  return derivedOver(changed)
}

const flushing = () => afterwards((value) => (Math.abs(value) < SMALLEST_NORMAL ? 0 : value))
const unsigned = () => afterwards((value) => (value === 0 ? 0 : value))

/** A posterior that leaves out points below 2⁻⁶⁰ of the likeliest. */
const cutOff = (): Backend<CpuTensor> => {
  const P = untyped(cpu({ dtype: 'float32' }))
  const posteriorMean: typeof P.posteriorMean = (x, { points, logWeights }, { alpha, sigma }) =>
    P.scope(() => {
      const logits = P.mul(P.squaredDistances(x, P.mul(points, alpha)), -0.5 / (sigma * sigma))
      const all = logWeights === undefined ? logits : P.add(logits, logWeights)
      const kept = P.greater(P.sub(all, P.max(all, 1, true)), -60 * Math.LN2)
      return P.softmaxExpectation(P.where(kept, all, Number.NEGATIVE_INFINITY), points)
    })
  return { ...P, posteriorMean } as unknown as Backend<CpuTensor>
}

/** The names of the laws of operations that do not hold. */
const broken = async (make: () => Backend<NativeOf<Backend<CpuTensor>>>, declared: Partial<Declared>): Promise<readonly string[]> => {
  const { laws } = backendConformance(make, { tolerances: { default: { ulp: 8 } }, ...declared })
  const names: string[] = []
  for (const law of laws)
    await law.check({ seed: 3, runs: 30 }).catch((error: unknown) => {
      if (!(error instanceof LawBroken)) throw error
      names.push(law.name)
    })
  return names
}

describe('what is declared is allowed, and nothing else is', () => {
  test('denormals taken for 0', async () => {
    expect(await broken(flushing, { denormals: 'flushed', signedZeros: 'lost' })).toEqual([])
    expect(await broken(flushing, { signedZeros: 'lost' })).toContain('mul agrees with its definition')
  })

  test('zeros without their sign', async () => {
    expect(await broken(unsigned, { signedZeros: 'lost' })).toEqual([])
    expect(await broken(unsigned, {})).toContain('neg agrees with its definition')
  })

  test('sin and cos at large angles', async () => {
    const P = untyped(cpu({ dtype: 'float32' }))
    const wrapped = () =>
      ({
        ...P,
        sin: (x: CpuTensor) => P.scope(() => P.sin(P.where(P.greater(P.abs(x), 1000), P.mul(x, 1.001), x))),
      }) as unknown as Backend<CpuTensor>
    expect(await broken(wrapped, { largestAngle: 1000 })).toEqual([])
    expect(await broken(wrapped, {})).toContain('sin agrees with its definition')
  })

  test('weights that are cut off', async () => {
    const name = 'posteriorMean agrees with its definition'
    const check = async (declared: Partial<Declared>): Promise<void> => {
      const { laws } = backendConformance(cutOff, { tolerances: { default: { ulp: 8 } }, ...declared })
      await laws.find((law) => law.name === name)?.check({ seed: 20260731, runs: 150 })
    }
    await check({ leastWeight: 2 ** -60 })
    await expect(check({})).rejects.toMatchObject({ law: name })
  })
})
