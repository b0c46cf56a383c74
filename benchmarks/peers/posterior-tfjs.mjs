// The posterior mean with TensorFlow.js, by its matrix product and softmax.
import { readJob, tell } from '../harness/peer.mjs'
import { tfjs } from './tfjs.mjs'

const job = readJob()
const { rows, points: count, d, alpha, sigma } = job
const { tf, name } = await tfjs(job.backend)
const [x, y] = [tf.tensor2d(job.x, [rows, d]), tf.tensor2d(job.y, [count, d])]

const mean = () =>
  tf.tidy(() => {
    const cross = tf.matMul(x, tf.mul(y, 2 * alpha), false, true)
    const logits = tf.mul(tf.sub(cross, tf.mul(tf.sum(tf.square(y), 1), alpha * alpha)), 0.5 / sigma ** 2)
    return tf.matMul(tf.softmax(logits), y)
  })
const evaluate = () => {
  const result = mean()
  const numbers = result.dataSync()
  result.dispose()
  return numbers
}
await tell(name, job, evaluate, evaluate)
