// A way to the posterior mean on WebGPU in Node.
import { tfjs } from '@tweedie/tfjs-gpu'
import { webgpu } from '@tweedie/tfjs-gpu/node'
import { readJob } from '../harness/peer.mjs'
import { timesOf } from '../harness/time.mjs'
import { prepare } from './gpu-ways.mjs'

const job = readJob()
const { tf, adapter, dispose } = await webgpu()
const { name, evaluate, peakBytes } = await prepare(job, tf, { tfjs, jax: () => import('@jax-js/jax'), backend: 'webgpu' })
const times = await timesOf(evaluate, job.repeats)
const numbers = Array.from(await evaluate()).slice(0, job.compared)
const peak = await peakBytes?.()
console.log(
  JSON.stringify({
    name: `${name} (${adapter.vendor} ${adapter.architecture || adapter.device})`,
    times,
    numbers,
    ...(peak && { peakMegabytes: +(peak / 1e6).toFixed(1) }),
  }),
)
dispose()
process.exit(0)
