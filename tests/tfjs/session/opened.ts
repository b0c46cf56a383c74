import type { Tf, TfjsBackend } from '@tweedie/tfjs-gpu'
import { tfjs } from '@tweedie/tfjs-gpu'

/** TensorFlow.js on one of its backends, and the backend of the library over it. */
export interface Opened {
  readonly tf: Tf
  readonly B: TfjsBackend
}

/** A piece of work in Node or in a page: what goes in and what comes out is JSON with NaN and infinities. */
export type Program<Input, Output> = (opened: Opened, input: Input) => Promise<Output>

const forwarding = { webgl: 'WEBGL_CPU_FORWARD', webgpu: 'WEBGPU_CPU_FORWARD' } as Readonly<Record<string, string>>

/**
 * TensorFlow.js computes small tensors on the CPU, where they are there, unless told not to: the tests are about the GPU's own kernels, so
 * they tell it.
 */
export const forwardToCpu = (tf: Tf, on: boolean): void => {
  const flag = forwarding[tf.getBackend()]
  if (flag !== undefined) tf.env().set(flag, on)
}

/** The library's backend on the backend of TensorFlow.js that is set. */
export const openTfjs = async (tf: Tf): Promise<Opened> => {
  await tf.ready()
  forwardToCpu(tf, false)
  return { tf, B: await tfjs(tf) }
}
