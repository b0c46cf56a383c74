// TensorFlow.js on its wasm or cpu backend, with gradients, ready for use. Its CommonJS build is the one that Node can load.
import { createRequire, register } from 'node:module'
import { dirname } from 'node:path'

const load = createRequire(import.meta.url)

export const tfjs = async (backend) => {
  const tf = load('@tensorflow/tfjs-core')
  register('./tfjs-resolve.mjs', import.meta.url)
  await import('@tensorflow/tfjs-core/dist/register_all_gradients.js')
  load('@tensorflow/tfjs-backend-cpu')
  load('@tensorflow/tfjs-backend-wasm').setWasmPaths(`${dirname(load.resolve('@tensorflow/tfjs-backend-wasm'))}/`)
  await tf.setBackend(backend)
  await tf.ready()
  return { tf, name: `tfjs-${tf.getBackend()} ${tf.version_core}` }
}
