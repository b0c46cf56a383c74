import { cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Host, TensorFunction } from '../testing/central-difference.js'
import { operationUses } from '../testing/operation-uses.js'
import { directions, innerProduct, secondOrder } from '../testing/products.js'

const B = cpu()
const { gradient, reverseOverReverse, forwardOverReverse, forwardOverForward } = secondOrder(B)

/** H·v of Σ w · f by nesting both modes, against the central difference of the gradient along v. */
const expectSecond = async (f: TensorFunction, operands: readonly Host[]): Promise<void> => {
  const before = B.liveTensors()
  const v = directions(operands, 3)
  const h = 1e-5
  const at = (s: number) => {
    const moved = operands.map(({ data }, k) => data.map((x, e) => x + s * (v[k]?.[e] as number)))
    return gradient(f, operands, moved)
  }
  const [up, down] = [await at(h), await at(-h)]
  const difference = up.map((value, e) => (value - (down[e] as number)) / (2 * h))
  const scale = Math.max(1, ...difference.map(Math.abs))
  const close = (name: string, found: number, expected: number, tolerance: number): void => {
    if (!(Math.abs(found - expected) <= tolerance)) expect.fail(`${name}: ${found} where ${expected} is expected`)
  }

  const twice = await forwardOverReverse(f, operands, v)
  // Truncation is h² f⁗/6 and rounding ε f′/h, both below 1e-8 of the scale where f is as smooth as here.
  twice.forEach((value, e) => close(`element ${e} by difference`, value, difference[e] as number, 1e-6 * scale))
  // The same number by other nestings, to rounding.
  const again = await reverseOverReverse(f, operands, v)
  again.forEach((value, e) => close(`element ${e}, reverse over reverse`, value, twice[e] as number, 1e-11 * scale))
  const all = Float64Array.from(v.flatMap((each) => [...each]))
  close('forward over forward', await forwardOverForward(f, operands, v), innerProduct(all, twice), 1e-10 * scale * Math.max(1, all.length))
  expect(B.liveTensors()).toBe(before)
}

describe('second derivatives agree with central differences of the gradient', () => {
  it.each(Object.entries(operationUses))('%s', async (_, use) => {
    await fc.assert(
      fc.asyncProperty(use, ({ f, operands }) => expectSecond(f, operands)),
      { numRuns: 8, seed: 51 },
    )
  })
})
