import { defaultDevice, init, numpy as np } from '@jax-js/jax'
import { version } from '../harness/machine.mjs'
import { readJob, tell } from '../harness/peer.mjs'

const job = readJob()
const { m, k, p, times } = job
await init('wasm')
defaultDevice('wasm')
const [x, y] = [np.array(job.x).reshape([m, k]), np.array(job.y).reshape([k, p])]
const repeated = async () => {
  for (let i = 0; i < times; i++) {
    const product = await np.matmul(x.ref, y.ref).blockUntilReady()
    product.dispose()
  }
}
await tell(`jax-js ${version('@jax-js/jax')}`, job, repeated, () => np.matmul(x.ref, y.ref).data())
