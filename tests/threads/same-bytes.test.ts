import { type WasmBackend, wasm } from '@tweedie/wasm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { programs } from './programs.js'

/** A backend whose workers are up: they start once there was work worth sharing, and take some tens of milliseconds. */
const backend = (threads: number, dtype: 'float32' | 'float64'): WasmBackend => {
  const B = wasm({ threads, dtype })
  B.scope(() => {
    const x = B.full([512, 256], 0.5)
    for (const until = performance.now() + (threads > 1 ? 300 : 0); performance.now() < until; )
      B.scope(() => void B.matMul(x, B.transpose(x)))
  })
  return B
}

describe.each(['float32', 'float64'] as const)('%s: one, two and three threads give the same bytes', (dtype) => {
  const backends: WasmBackend[] = []
  beforeAll(() => void backends.push(...[1, 2, 3].map((threads) => backend(threads, dtype))))
  afterAll(async () => {
    for (const B of backends) await B.dispose()
  })

  for (const [name, program] of Object.entries(programs))
    test(name, async () => {
      const [alone, ...shared] = await Promise.all(backends.map(program))
      expect(alone!.every(Number.isFinite)).toBe(true)
      for (const numbers of shared) expect(numbers.findIndex((number, k) => !Object.is(number, alone![k]))).toBe(-1)
      for (const numbers of shared) expect(numbers.length).toBe(alone!.length)
      // None of the workers failed or was given up.
      expect(backends.map((B) => B.describe().threads)).toEqual([1, 2, 3])
    })
})
