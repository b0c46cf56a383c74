// The posterior mean with jax-js on its wasm device.
import * as jax from '@jax-js/jax'
import { version } from '../harness/machine.mjs'
import { readJob, tell } from '../harness/peer.mjs'
import { jaxMean } from './jax-mean.mjs'

const job = readJob()
const { rows, points: count, d } = job
const { defaultDevice, init, numpy: np } = jax
await init('wasm')
defaultDevice('wasm')
const x = np.array(job.x).reshape([rows, d])
const y = np.array(job.y).reshape([count, d])

const mean = jaxMean(jax, job)
const evaluate = async () => mean(x.ref, y.ref).data()
await tell(`jax-js ${version('@jax-js/jax')}`, job, evaluate, evaluate)
