import { isTweedieError } from '@tweedie/core'
import { type Opened, openTfjs } from './opened.js'
import { programs } from './programs.js'
import type { BackendName, Input, Output, Session, Unavailable } from './session.js'

const sessionOf = (opened: Opened, close: () => void): Session => ({
  run: <Name extends keyof typeof programs>(name: Name, input: Input<Name>) =>
    (programs[name] as (opened: Opened, input: unknown) => Promise<Output<Name>>)(opened, input),
  complaints: [],
  close: async () => close(),
})

const onDawn = async (): Promise<Session | Unavailable> => {
  const { webgpu } = await import('@tweedie/tfjs-gpu/node')
  let made: Awaited<ReturnType<typeof webgpu>>
  try {
    made = await webgpu({ software: 'allow' })
  } catch (error) {
    if (isTweedieError(error) && error._tag === 'Unsupported') return { unavailable: error.message }
    throw error
  }
  return sessionOf(await openTfjs(made.tf), made.dispose)
}

/** A backend of TensorFlow.js in this process. */
export const nodeSession = async (name: BackendName): Promise<Session | Unavailable> => {
  if (name === 'WebGPU in Node') return onDawn()
  const tf = await import('@tensorflow/tfjs-core')
  await (name === 'tfjs-cpu' ? import('@tensorflow/tfjs-backend-cpu') : import('@tensorflow/tfjs-backend-wasm'))
  await tf.setBackend(name === 'tfjs-cpu' ? 'cpu' : 'wasm')
  return sessionOf(await openTfjs(tf), () => tf.removeBackend(tf.getBackend()))
}
