// The posterior mean as one writes it with ml-matrix: differences, exponentials and products, query by query.
import { Matrix } from 'ml-matrix'
import { version } from '../harness/machine.mjs'
import { readJob, tell } from '../harness/peer.mjs'

const job = readJob()
const { rows, points: count, d, alpha, sigma } = job
const x = Matrix.from1DArray(rows, d, Array.from(job.x))
const y = Matrix.from1DArray(count, d, Array.from(job.y))
const scaled = Matrix.mul(y, alpha)
const means = new Matrix(rows, d)

const evaluate = () => {
  for (let i = 0; i < rows; i++) {
    const logits = scaled
      .clone()
      .subRowVector(x.getRow(i))
      .pow(2)
      .sum('row')
      .map((s) => (-0.5 * s) / sigma ** 2)
    const top = logits.reduce((a, b) => Math.max(a, b))
    const weights = Matrix.rowVector(logits.map((l) => Math.exp(l - top)))
    means.setRow(i, weights.mmul(y).div(weights.sum()))
  }
}
await tell(`ml-matrix ${version('ml-matrix')}`, job, evaluate, () => means.to1DArray())
