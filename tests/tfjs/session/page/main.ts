// The page: opens a backend of TensorFlow.js, then runs programs on it by name.
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-webgl'
import '@tensorflow/tfjs-backend-webgpu'
import { type Opened, openTfjs } from '../opened.js'
import { programs } from '../programs.js'

let opened: Opened

/** What the browser lacks for a backend. */
const missing = async (backend: string): Promise<string | undefined> => {
  if (backend === 'webgl') return document.createElement('canvas').getContext('webgl2') ? undefined : 'chromium gives no WebGL 2'
  const { gpu } = navigator as { gpu?: { requestAdapter: () => Promise<unknown> } }
  return (await gpu?.requestAdapter()) ? undefined : 'chromium gives no WebGPU adapter'
}

const open = async (backend: string): Promise<string | undefined> => {
  const lacks = await missing(backend)
  if (lacks !== undefined) return lacks
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js does not start ${backend}`)
  opened = await openTfjs(tf)
  return undefined
}

Object.assign(globalThis, {
  run: (name: string, input: unknown): Promise<unknown> =>
    name === 'open'
      ? open(input as string)
      : (programs[name as keyof typeof programs] as (opened: Opened, input: unknown) => Promise<unknown>)(opened, input),
})
