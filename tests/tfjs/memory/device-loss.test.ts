import { type Backend, isTweedieError, key, normalArray } from '@tweedie/core'
import { adam, type Checkpoint, constant, type Fallback, mlp, train, withFallback } from '@tweedie/nn'
import { tfjs } from '@tweedie/tfjs-gpu'
import { type NodeWebGpu, webgpu } from '@tweedie/tfjs-gpu/node'
import { wasm } from '@tweedie/wasm'
import { describe, expect, test } from 'vitest'
import { forwardToCpu } from '../session/opened.js'
import { required } from '../session/session.js'

const STEPS = 40
const EVERY = 10
const z = normalArray(key(1), 60)

/** A small training whose result is numbers; `onStep` is told every step. */
const job = async <N>(B: Backend<N>, checkpoint: Checkpoint, onStep: (step: number) => void = () => {}): Promise<number[]> => {
  const [inputs, targets] = [B.tensor(z.subarray(0, 40), [20, 2] as const), B.tensor(z.subarray(40, 60), [20, 1] as const)]
  try {
    const { parameters } = await train(B, {
      network: mlp([2, 8, 1], { activation: 'tanh' }),
      inputs,
      targets,
      optimiser: adam({ rate: constant(1e-2) }),
      steps: STEPS,
      batch: 8,
      validateEvery: 5,
      key: key(2),
      resume: checkpoint.last,
      checkpointEvery: EVERY,
      onCheckpoint: checkpoint.keep,
      onProgress: ({ step }) => onStep(step),
    })
    const numbers = await Promise.all(parameters.flatMap(({ weight, bias }) => [B.read(weight), B.read(bias)]))
    return numbers.flatMap((each) => Array.from(each))
  } finally {
    B.free(inputs)
    B.free(targets)
  }
}

const begun = await webgpu({ software: 'allow' }).catch((error: unknown) => {
  if (isTweedieError(error) && error._tag === 'Unsupported') return error.message
  throw error
})
const unavailable = typeof begun === 'string' ? ` (skipped: ${begun})` : ''

describe.skipIf(unavailable !== '' && !required)(`a device of WebGPU in Node that is lost in the middle of a fit${unavailable}`, () => {
  test('gives DeviceLost, and the fit goes on from its last checkpoint on wasm()', { timeout: 180_000 }, async () => {
    const { tf, dispose } = begun as NodeWebGpu
    forwardToCpu(tf, false)
    const { device } = tf.backend() as unknown as { device: { destroy: () => void } }
    const on: string[] = []
    const told: Fallback[] = []
    const from: (number | undefined)[] = []
    const numbers = await withFallback(
      [() => tfjs(tf), () => wasm()],
      (B, checkpoint) => {
        on.push(B.name)
        from.push(checkpoint.last?.step)
        return job(B, checkpoint, (step) => {
          if (B.name !== 'wasm' && step === 15) device.destroy()
        })
      },
      { onFallback: (fallback) => told.push(fallback) },
    )
    expect(told).toMatchObject([{ place: 0, error: { _tag: 'DeviceLost' } }])
    expect(on.length).toBe(2)
    expect(on[1]).toMatch(/^wasm/)
    // The step of the loss is 15, and a loss is told of a little later: the last state kept is one of these.
    expect([10, 20]).toContain(from[1])

    // The numbers are those of the fit on wasm() from the start, but for the rounding of the first steps elsewhere.
    const whole = await withFallback([() => wasm()], (B, checkpoint) => job(B, checkpoint))
    expect(numbers.length).toBe(whole.length)
    // 40 steps of at most 1e-2, each off by a relative rounding of 1e-7 that the training may make a thousand times as large.
    numbers.forEach((value, k) => expect(Math.abs(value - whole[k]!)).toBeLessThan(1e-4))
    dispose()
  })
})
