// The posterior mean with jax-js on its wasm device, compiled by jit, by matrix product and softmax.
import { defaultDevice, init, jit, nn, numpy as np } from '@jax-js/jax'
import { version } from '../harness/machine.mjs'
import { readJob, tell } from '../harness/peer.mjs'

const job = readJob()
const { rows, points: count, d, alpha, sigma } = job
await init('wasm')
defaultDevice('wasm')
const x = np.array(job.x).reshape([rows, d])
const y = np.array(job.y).reshape([count, d])

const mean = jit((x, y) => {
  const squares = np
    .square(y.ref)
    .sum(-1)
    .mul(alpha * alpha)
  const logits = np
    .matmul(x, y.ref.mul(2 * alpha).transpose())
    .sub(squares)
    .mul(0.5 / sigma ** 2)
  return np.matmul(nn.softmax(logits, -1), y)
})
const evaluate = async () => mean(x.ref, y.ref).data()
await tell(`jax-js ${version('@jax-js/jax')}`, job, evaluate, evaluate)
