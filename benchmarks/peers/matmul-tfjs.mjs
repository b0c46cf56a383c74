import { readJob, tell } from '../harness/peer.mjs'
import { tfjs } from './tfjs.mjs'

const job = readJob()
const { m, k, p, times } = job
const { tf, name } = await tfjs(job.backend)
const [x, y] = [tf.tensor2d(job.x, [m, k]), tf.tensor2d(job.y, [k, p])]
const repeated = () => {
  for (let i = 0; i < times; i++) tf.matMul(x, y).dispose()
}
await tell(name, job, repeated, () => tf.matMul(x, y).dataSync())
