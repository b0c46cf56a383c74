// The page's side of gpu-in-page.mjs.
import '@tensorflow/tfjs-backend-webgl'
import '@tensorflow/tfjs-backend-webgpu'
import * as tf from '@tensorflow/tfjs-core'
import { tfjs } from '@tweedie/tfjs-gpu'
import { timesOf } from '../harness/time.mjs'
import { prepare } from './gpu-ways.mjs'

const numbersAt = async (path) => new Float32Array(await (await fetch(path)).arrayBuffer())

/** What computes, as the browser tells it. */
const adapterName = (backend) => {
  if (backend === 'webgpu') {
    const { vendor, architecture } = tf.backend().adapterInfo
    return `${vendor} ${architecture}`
  }
  const gl = tf.backend().gpgpu.gl
  const told = gl.getExtension('WEBGL_debug_renderer_info')
  return gl.getParameter(told ? told.UNMASKED_RENDERER_WEBGL : gl.RENDERER)
}

globalThis.measure = async (settings) => {
  const job = { ...settings, x: await numbersAt('/x'), y: await numbersAt('/y') }
  if (!(await tf.setBackend(job.backend))) throw new Error(`Error: no ${job.backend} in this browser`)
  await tf.ready()
  const { name, evaluate, peakBytes } = await prepare(job, tf, { tfjs, jax: () => import('@jax-js/jax'), backend: job.backend })
  const times = await timesOf(evaluate, job.repeats)
  const numbers = Array.from(await evaluate()).slice(0, job.compared)
  const peak = await peakBytes?.()
  return { name, adapter: adapterName(job.backend), times, numbers, ...(peak && { peakMegabytes: +(peak / 1e6).toFixed(1) }) }
}
