// The posterior mean of a backend of ours: `wasm` or `cpu`, on job.threads threads.
import { cpu } from '@tweedie/core/cpu'
import { wasm } from '@tweedie/wasm'
import { readJob, tell } from '../harness/peer.mjs'

const job = readJob()
const { rows, points: count, d, alpha, sigma, x, y, backend, threads } = job
const B = backend === 'cpu' ? cpu() : wasm({ threads, ...(job.build && { build: job.build }) })
const [queries, points] = [B.tensor(x, [rows, d]), B.tensor(y, [count, d])]
const mean = () => B.posteriorMean(queries, { points }, { alpha, sigma })
const label = backend === 'cpu' ? '@tweedie/core cpu' : `@tweedie/wasm, ${B.describe().build}`
await tell(
  label,
  job,
  () => B.scope(() => void mean()),
  () => B.read(mean()),
)
B.dispose?.()
