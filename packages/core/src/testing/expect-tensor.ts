import { expect } from 'vitest'
import { type Backend, untyped } from '../backend/backend.js'
import type { HostTensor } from './host-tensor.js'

/** The same shape and the very same numbers, NaN and the sign of zero included. */
export const expectTensor = async <N>(B: Backend<N>, actual: N, expected: HostTensor): Promise<void> => {
  const P = untyped(B)
  expect([...P.shape(actual)]).toEqual([...expected.shape])
  expect([...(await P.read(actual))]).toEqual(expected.data)
}

/** The same shape, NaN and infinities in the same places, and numbers within a relative (or, below 1, absolute) tolerance. */
export const expectClose = async <N>(B: Backend<N>, actual: N, expected: HostTensor, tolerance: number): Promise<void> => {
  const P = untyped(B)
  expect([...P.shape(actual)]).toEqual([...expected.shape])
  const numbers = await P.read(actual)
  expect(numbers.length).toBe(expected.data.length)
  expected.data.forEach((value, k) => {
    const difference = Math.abs((numbers[k] as number) - value)
    if (!Object.is(numbers[k], value) && !(difference <= tolerance * Math.max(1, Math.abs(value))))
      expect(numbers[k], `element ${k}`).toBe(value)
  })
}
