import { untyped } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Host, TensorFunction } from '../testing/central-difference.js'
import { operationUses } from '../testing/operation-uses.js'
import { absoluteProduct, directions, innerProduct } from '../testing/products.js'
import { strict } from '../testing/strict-backend.js'
import { autodiff } from './autodiff.js'

// On a backend where using a tensor after it was freed throws.
const B = strict()
const P = untyped(B)
const D = autodiff(B)
const O = untyped(D)

/** ⟨u, J·v⟩ from forward mode against ⟨Jᵀ·u, v⟩ from reverse mode, for normal u and v. */
const expectAgreement = async (f: TensorFunction, operands: readonly Host[]): Promise<void> => {
  const before = B.liveTensors()
  const v = directions(operands, 1)
  const bring = (data: readonly Float64Array[]) => data.map((numbers, k) => P.tensor(numbers, operands[k]?.shape ?? []))
  const { value, tangent, again, u, pulled } = B.scope(() => {
    const x = bring(operands.map(({ data }) => data))
    const traced = ((xs: never[]) => f(O, xs)) as never
    const forward = D.jacobianVector(traced, x as never, bring(v) as never)
    const reverse = D.vectorJacobian(traced, x as never)
    const shape = P.shape(forward.value)
    const [direction] = directions([{ data: new Float64Array(), shape }], 7) as [Float64Array]
    expect(P.shape(forward.tangent)).toEqual(shape)
    return {
      ...forward,
      again: reverse.value,
      u: direction,
      pulled: reverse.pull(P.tensor(direction, shape) as never) as unknown as never[],
    }
  })
  const along = await B.read(tangent)
  // Forward mode gives the very value that reverse mode gives.
  expect(await B.read(value)).toEqual(await B.read(again))
  const back = await Promise.all(pulled.map((each) => B.read(each)))
  const [left, right] = [innerProduct(u, along), back.reduce((sum, each, k) => sum + innerProduct(each, v[k] as Float64Array), 0)]
  const size = absoluteProduct(u, along) + back.reduce((sum, each, k) => sum + absoluteProduct(each, v[k] as Float64Array), 0)
  // Rounding: each side is a sum of at most a few hundred products, some of which cancel before they come here.
  if (!(Math.abs(left - right) <= 1e-12 * Math.max(1, size))) expect.fail(`⟨u, Jv⟩ = ${left} but ⟨Jᵀu, v⟩ = ${right}`)
  for (const each of [value, tangent, again, ...pulled]) B.free(each)
  expect(B.liveTensors()).toBe(before)
}

describe('forward mode is the transpose of reverse mode', () => {
  it.each(Object.entries(operationUses))('%s', async (_, use) => {
    await fc.assert(
      fc.asyncProperty(use, ({ f, operands }) => expectAgreement(f, operands)),
      { numRuns: 25, seed: 31 },
    )
  })
})
