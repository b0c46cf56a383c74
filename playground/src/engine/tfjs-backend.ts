import type { Tf, TfjsBackend } from '@tweedie/tfjs-gpu'
import { type Raised, unsupported } from './raised.js'
import { IN_JAVASCRIPT, lookForDevice, type TfjsName } from './tfjs-device.js'

/** One chunk each, fetched when its backend is first asked for. */
const chunks: Readonly<Record<TfjsName, () => Promise<unknown>>> = {
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
  webgl: () => import('@tensorflow/tfjs-backend-webgl'),
  webgpu: () => import('@tensorflow/tfjs-backend-webgpu'),
}

/** Brings up TensorFlow.js on one of its backends. Rejects with `Unsupported` where the browser has not what it needs. */
export const bringUpTfjs = async (name: TfjsName): Promise<Raised> => {
  await lookForDevice(name)
  const tf: Tf = await import('@tensorflow/tfjs-core')
  const { tfjs } = await import('@tweedie/tfjs-gpu')
  await chunks[name]()
  const select = async (): Promise<void> => {
    if (tf.getBackend() === name) return
    const set = await tf.setBackend(name).catch(() => false)
    if (!set) throw unsupported(name, 'TensorFlow.js could not start it', 'Choose wasm, or a browser with newer graphics drivers')
  }
  await select()
  const B = await tfjs(tf)
  const notes = notesOf(name, B)
  return {
    run: (body) => body(B),
    notes: () => notes,
    liveTensors: B.liveTensors,
    select,
    lost: B.lost,
    dispose: async () => {
      // The factory goes with its backend: it is put back, so that the backend can be made anew.
      const factory = tf.findBackendFactory(name)
      try {
        tf.removeBackend(name)
      } finally {
        if (tf.findBackendFactory(name) === null && factory !== null) tf.registerBackend(name, factory)
      }
    },
  }
}

const notesOf = (name: TfjsName, B: TfjsBackend): readonly string[] => {
  const { adapter, significandBits, fusedPosterior, findings } = B.describe()
  return [
    name === 'cpu' ? IN_JAVASCRIPT : `TensorFlow.js on ${adapter}.`,
    `Arithmetic keeps ${significandBits} bits${fusedPosterior ? '; the score of the points is computed in one pass.' : '.'}`,
    ...findings,
  ]
}
