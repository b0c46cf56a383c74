import { type Backend, key, normalArray } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { adam, decodeTrainingState, encodeTrainingState, mlp, storedParameters, type TrainingState, train } from '@tweedie/nn'
import { type WasmOptions, wasm } from '@tweedie/wasm'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'

/** A training that begins on one backend and goes on on another ends where it would have ended, to rounding. */

const ROWS = 60
const STEPS = 30
const RATE = 1e-2
const z = normalArray(key(1), 3 * ROWS)

/** Parameters and validation losses of a run, and the states that it passed through, as the bytes of files. */
const run = async <N>(B: Backend<N>, seed: number, resume?: TrainingState) => {
  const [inputs, targets] = [B.tensor(z.subarray(0, 2 * ROWS), [ROWS, 2]), B.tensor(z.subarray(2 * ROWS), [ROWS, 1])]
  const files: Uint8Array[] = []
  const { parameters, history } = await train(B, {
    network: mlp([2, 8, 8, 1]),
    inputs,
    targets,
    optimiser: adam({ rate: RATE }),
    steps: STEPS,
    batch: 16,
    key: key(seed),
    validationFraction: 0.2,
    validateEvery: 7,
    resume,
    checkpointEvery: 1,
    onCheckpoint: (state) => void files.push(encodeTrainingState(state, 'a run')),
  })
  const numbers = (await storedParameters(B, ['it', parameters])).flatMap(({ data }) => [...data])
  for (const x of [inputs, targets, ...parameters.flatMap(({ weight, bias }) => [weight, bias])]) B.free(x)
  return { numbers, losses: history.map(({ validationLoss }) => validationLoss as number), files }
}

const farthest = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, k) => Math.abs(value - (b[k] as number))))

describe('a training goes on on another backend', () => {
  const ended: (() => void)[] = []
  afterAll(() => ended.forEach((end) => end()))
  const ending = (options: WasmOptions) => {
    const B = wasm({ threads: 1, ...options })
    ended.push(B.dispose)
    return B
  }
  const [inFloat32, inFloat64] = [ending({}), ending({ dtype: 'float64' })]

  /**
   * Gradients of order 1 have an error of some ten roundings u, which Adam turns into one of rate · 10 u a step where its root of the second moment is of
   * that order; it is larger where that is small, and grows a little from step to step. 30 steps: 30 · RATE · 10 u, with a factor of 10 for the
   * rest. Seen: 2.4e-7 of 1.8e-6 in float32, 4.5e-16 of 3.4e-15 in float64.
   */
  const bound = (u: number): number => 10 * STEPS * RATE * 10 * u

  test.each([
    ['cpu in float32, then wasm', () => cpu({ dtype: 'float32' }), () => inFloat32, bound(2 ** -24)],
    ['wasm, then cpu in float32', () => inFloat32, () => cpu({ dtype: 'float32' }), bound(2 ** -24)],
    ['cpu, then wasm in float64', () => cpu(), () => inFloat64, bound(2 ** -53)],
    ['wasm, then cpu in float64', () => inFloat32, () => cpu(), bound(2 ** -24)],
  ] as const)('%s: ends where it would have, to rounding, wherever it was interrupted', async (_, first, second, most) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), fc.nat(STEPS - 2), async (seed, at) => {
        const whole = await run(first() as Backend<unknown>, seed)
        const state = decodeTrainingState(whole.files[at] as Uint8Array, 'a run')
        if (state._tag === 'Left') throw state.left
        const rest = await run(second() as Backend<unknown>, seed, state.right)
        expect(rest.files).toHaveLength(STEPS - at - 1)
        expect(farthest(rest.numbers, whole.numbers)).toBeLessThan(most)
        expect(farthest(rest.losses, whole.losses)).toBeLessThan(most)
      }),
      { numRuns: 4 },
    )
  })
})
