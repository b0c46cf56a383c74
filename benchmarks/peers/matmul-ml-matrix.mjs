import { Matrix } from 'ml-matrix'
import { version } from '../harness/machine.mjs'
import { readJob, tell } from '../harness/peer.mjs'

const job = readJob()
const { m, k, p, times } = job
const [x, y] = [Matrix.from1DArray(m, k, Array.from(job.x)), Matrix.from1DArray(k, p, Array.from(job.y))]
const repeated = () => {
  for (let i = 0; i < times; i++) x.mmul(y)
}
await tell(`ml-matrix ${version('ml-matrix')}`, job, repeated, () => x.mmul(y).to1DArray())
