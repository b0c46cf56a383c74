import { afterAll, describe, test } from 'vitest'
import { webgpu } from '../node/index.js'
import type { Tf, TfTensor } from '../tf.js'
import { gpuOperations } from './gpu-operations.js'

export type Ours = Required<ReturnType<typeof gpuOperations>>
export interface Numbers {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** Tests on WebGPU in Node, skipped where there is no adapter. Small tensors are not handed to the processor. */
export const onWebgpu = async (title: string, tests: (gpu: { readonly tf: Tf; readonly ours: Ours } & Run) => void): Promise<void> => {
  const opened = await webgpu().catch(() => undefined)
  if (opened === undefined) {
    test.skip(`${title} (skipped: no WebGPU adapter)`, () => {})
    return
  }
  const { tf } = opened
  tf.env().set('WEBGPU_CPU_FORWARD', false)
  const ours = gpuOperations(tf) as Ours
  afterAll(opened.dispose)
  describe(title, () => tests({ tf, ours, ...runner(tf) }))
}

interface Run {
  /** Runs a body on tensors of these numbers, and reads what it gives. Throws where it leaves a tensor behind. */
  readonly run: (body: (...xs: TfTensor[]) => TfTensor, ...operands: readonly Numbers[]) => Promise<Numbers>
}

const runner = (tf: Tf): Run => ({
  run: async (body, ...operands) => {
    const before = tf.memory().numTensors
    const tensors = operands.map(({ shape, data }) => tf.tensor(data, [...shape], 'float32'))
    const result = body(...tensors)
    const numbers = { shape: result.shape, data: await result.data<'float32'>() }
    result.dispose()
    for (const tensor of tensors) tensor.dispose()
    if (tf.memory().numTensors !== before) throw new Error(`${tf.memory().numTensors - before} tensors are left over`)
    return numbers
  },
})

export const vector = (xs: ArrayLike<number>): Numbers => ({ shape: [xs.length], data: Float32Array.from(xs) })
export const sizeOfShape = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1)
