// The posterior mean by each way that the benchmark compares, in a process or in a page alike. Each gives how to compute and read it, and what its tensors hold at most.
import { jaxMean } from './jax-mean.mjs'

/** By differences of rank three: [rows, points, d]. */
const broadcast = (tf, x, y, { rows, points, d, alpha, sigma }) => {
  const difference = tf.sub(tf.reshape(x, [rows, 1, d]), tf.mul(tf.reshape(y, [1, points, d]), alpha))
  return tf.matMul(tf.softmax(tf.mul(tf.sum(tf.square(difference), 2), -0.5 / sigma ** 2)), y)
}

/** By the expanded square: what one writes first. */
const product = (tf, x, y, { alpha, sigma }) => {
  const cross = tf.matMul(x, tf.mul(y, 2 * alpha), false, true)
  const logits = tf.mul(tf.sub(cross, tf.mul(tf.sum(tf.square(y), 1), alpha * alpha)), 0.5 / sigma ** 2)
  return tf.matMul(tf.softmax(logits), y)
}

const plain = (way) => async (job, tf) => {
  const [x, y] = [tf.tensor2d(job.x, [job.rows, job.d]), tf.tensor2d(job.y, [job.points, job.d])]
  return over(tf, `tfjs ${way} ${tf.version_core}`, () =>
    tf.tidy(() => (way === 'product' ? product(tf, x, y, job) : broadcast(tf, x, y, job))),
  )
}

const ours = async (job, tf, { tfjs }) => {
  const B = await tfjs(tf)
  const [x, y] = [B.tensor(job.x, [job.rows, job.d]), B.tensor(job.y, [job.points, job.d])]
  return over(tf, '@tweedie/tfjs-gpu', () => B.posteriorMean(x, { points: y }, { alpha: job.alpha, sigma: job.sigma }))
}

const over = (tf, name, mean) => ({
  name,
  evaluate: async () => {
    const result = mean()
    const numbers = await result.data()
    result.dispose()
    return numbers
  },
  peakBytes: async () => {
    const { peakBytes } = await tf.profile(() => mean().dispose())
    return peakBytes
  },
})

const jax = async (job, _tf, { jax, backend }) => {
  const library = await jax()
  await library.init(backend)
  library.defaultDevice(backend)
  const { rows, points, d } = job
  const [x, y] = [library.numpy.array(job.x).reshape([rows, d]), library.numpy.array(job.y).reshape([points, d])]
  const mean = jaxMean(library, job)
  return { name: 'jax-js', evaluate: () => mean(x.ref, y.ref).data() }
}

/** `job.way` on a TensorFlow.js that is ready; `rest` holds what only some ways need. */
export const prepare = (job, tf, rest) => ({ ours, product: plain('product'), broadcast: plain('broadcast'), jax })[job.way](job, tf, rest)
