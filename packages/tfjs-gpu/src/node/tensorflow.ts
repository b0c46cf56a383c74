import { tweedieError } from '@tweedie/core'
import type { Tf, TfBackend } from '../tf.js'
import type { AdapterInfo, Device } from './dawn.js'
import { importOptional } from './import-optional.js'

/** TensorFlow.js and the class of its webgpu backend. */
export interface TensorFlow {
  readonly tf: Tf
  readonly WebGPUBackend: new (device: never, info: never) => TfBackend
}

const core = '@tensorflow/tfjs-core'
const webgpuBackend = '@tensorflow/tfjs-backend-webgpu'

/** Imports both, without a WebGPU where the backend looks for one, so that it does not register itself. */
export const loadTensorFlow = async (
  loadCore: () => Promise<unknown> = () => import('@tensorflow/tfjs-core'),
  loadBackend: () => Promise<unknown> = () => import('@tensorflow/tfjs-backend-webgpu'),
): Promise<TensorFlow> => {
  const tf = (await importOptional(core, loadCore)) as Tf
  const { WebGPUBackend } = (await importOptional(webgpuBackend, loadBackend)) as Pick<TensorFlow, 'WebGPUBackend'>
  return { tf, WebGPUBackend }
}

/**
 * Gives TensorFlow.js a webgpu backend on a device and sets it. Gives what takes it away again; tensors on it cannot be read after that, and can be disposed
 * of. Rejects with `InvalidArgument` where somebody else's webgpu backend is in use.
 */
export const attach = async ({ tf, WebGPUBackend }: TensorFlow, device: Device, info: AdapterInfo): Promise<() => void> => {
  if (tf.findBackend('webgpu') != null)
    throw tweedieError(
      'InvalidArgument',
      'webgpu',
      'TensorFlow.js has a webgpu backend already that was not made here',
      "Use that one: tfjs(tf); or take it away first: tf.removeBackend('webgpu')",
    )
  if (tf.findBackendFactory('webgpu') != null) tf.removeBackend('webgpu')
  const before = tf.getBackend()
  const backend = new WebGPUBackend(device as never, info as never)
  tf.registerBackend('webgpu', () => backend, 3)
  await tf.setBackend('webgpu')
  await tf.ready()
  return () => {
    tf.removeBackend('webgpu')
    backend.disposeData = () => true
    if (before && tf.findBackend(before) != null) void tf.setBackend(before)
  }
}
