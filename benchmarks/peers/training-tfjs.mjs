// Steps of Adam on an MLP, or samples of one, with TensorFlow.js.
import { readJob, tell } from '../harness/peer.mjs'
import { tfjs } from './tfjs.mjs'

const job = readJob()
const { batch, sizes, steps, samples } = job
const { tf, name } = await tfjs(job.backend)
const layers = sizes.slice(1).map((out, k) => ({
  weight: tf.variable(tf.mul(tf.randomNormal([sizes[k], out]), 1 / Math.sqrt(sizes[k]))),
  bias: tf.variable(tf.zeros([out])),
}))
const apply = (x) =>
  layers.reduce((h, { weight, bias }, k) => {
    const z = tf.add(tf.matMul(h, weight), bias)
    return k === layers.length - 1 ? z : tf.tanh(z)
  }, x)

if (samples === undefined) {
  const optimiser = tf.train.adam(1e-3)
  const [x, y] = [tf.tensor2d(job.x, [batch, sizes[0]]), tf.tensor2d(job.y, [batch, sizes.at(-1)])]
  await tell(name, job, async () => {
    for (let step = 0; step < steps; step++) optimiser.minimize(() => tf.mean(tf.square(tf.sub(apply(x), y))))
    layers[0].bias.dataSync()
  })
} else {
  await tell(name, job, () => tf.tidy(() => apply(tf.randomNormal([samples, sizes[0]])).dataSync()))
}
