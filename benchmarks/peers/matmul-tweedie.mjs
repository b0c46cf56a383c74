import { cpu } from '@tweedie/core/cpu'
import { wasm } from '@tweedie/wasm'
import { readJob, tell } from '../harness/peer.mjs'

const job = readJob()
const { m, k, p, times, backend, threads, build } = job
const B = backend === 'cpu' ? cpu() : wasm({ threads, ...(build && { build }) })
const [x, y] = [B.tensor(job.x, [m, k]), B.tensor(job.y, [k, p])]
const label = backend === 'cpu' ? '@tweedie/core cpu' : `@tweedie/wasm, ${B.describe().build}`
const repeated = () => {
  for (let i = 0; i < times; i++) B.free(B.matMul(x, y))
}
await tell(label, job, repeated, () => B.read(B.matMul(x, y)))
B.dispose?.()
