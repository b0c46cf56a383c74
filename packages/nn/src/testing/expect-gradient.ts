import { untyped } from '@tweedie/core'
import { expect } from 'vitest'
import { autodiff } from '../autodiff/autodiff.js'
import type { Traced } from '../autodiff/traced.js'
import { centralDifferences, type Host, type TensorFunction, weighed } from './central-difference.js'
import { type Cell, strict } from './strict-backend.js'

// So that every gradient test is also a test that nothing is used after it was freed.
const B = strict()
const P = untyped(B)
const D = autodiff(B)
const O = untyped(D)

/** The gradient of Σ w · f by each operand, by `autodiff`. */
export const autodiffGradient = async (f: TensorFunction, operands: readonly Host[]): Promise<Float64Array[]> => {
  const before = B.liveTensors()
  const primals = operands.map(({ data, shape }) => P.tensor(data, shape))
  const gradient = D.gradient((xs: Traced<Cell>[]) => weighed(O, f(O, xs)))(primals)
  const read = await Promise.all(gradient.map((each) => B.read(each)))
  gradient.forEach((each, k) => expect(B.shape(each)).toEqual(operands[k]?.shape))
  for (const each of [...gradient, ...primals]) B.free(each)
  expect(B.liveTensors()).toBe(before)
  return read
}

/** Every element within `tolerance` of the central difference, relative to the larger of 1 and the gradient's largest element. */
export const expectGradient = async (f: TensorFunction, operands: readonly Host[], tolerance = 1e-6): Promise<void> => {
  const exact = await autodiffGradient(f, operands)
  const approximate = centralDifferences(f, operands)
  const scale = Math.max(1, ...approximate.flatMap((each) => [...each].map(Math.abs)))
  exact.forEach((each, k) =>
    each.forEach((value, e) => {
      const expected = approximate[k]?.[e] as number
      if (!(Math.abs(value - expected) <= tolerance * scale)) expect.fail(`operand ${k}, element ${e}: ${value}, by difference ${expected}`)
    }),
  )
}
