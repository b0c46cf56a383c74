// The posterior mean in plain loops over typed arrays, as a careful JavaScript programmer writes it: float64 arithmetic, points column by
// column, weights of one query at a time.
import { readJob, tell } from '../harness/peer.mjs'

const job = readJob()
const { rows, points: count, d, alpha, sigma, x, y } = job
const columns = Float32Array.from({ length: count * d }, (_, k) => y[(k % count) * d + Math.floor(k / count)])
const [mean, logits] = [new Float32Array(rows * d), new Float64Array(count)]
const precision = -0.5 / (sigma * sigma)

const evaluate = () => {
  for (let q = 0; q < rows; q++) {
    logits.fill(0)
    for (let j = 0; j < d; j++) {
      const value = x[q * d + j]
      for (let i = 0; i < count; i++) {
        const difference = value - alpha * columns[j * count + i]
        logits[i] += difference * difference
      }
    }
    let nearest = Number.POSITIVE_INFINITY
    for (let i = 0; i < count; i++) if (logits[i] < nearest) nearest = logits[i]
    let total = 0
    for (let i = 0; i < count; i++) {
      const weight = Math.exp((logits[i] - nearest) * precision)
      logits[i] = weight
      total += weight
    }
    for (let j = 0; j < d; j++) {
      let sum = 0
      for (let i = 0; i < count; i++) sum += logits[i] * columns[j * count + i]
      mean[q * d + j] = sum / total
    }
  }
}
await tell('typed-array loops', job, evaluate, () => mean)
