// A multilayer perceptron with tanh: steps of Adam, and samples by one forward pass each, normals included.
import { key, normalArray } from '@tweedie/core'
import { node, ours, pythonPeer } from '../harness/peers.mjs'

const sizes = [2, 100, 100, 2]

export const title = 'Training and sampling an MLP'

export const note = 'Times are those of the steps or samples named. Every peer computes in float32, but `cpu` in float64.'

export const jobs = ({ quick }) => [
  { name: 'training', sizes, batch: 512, steps: quick ? 5 : 300, wanted: { PyTorch: 1.6, 'tfjs-wasm': 15 } },
  { name: 'sampling', sizes, samples: quick ? 1_000 : 100_000, wanted: { PyTorch: 2 } },
]

export const describe = ({ steps, batch, samples }) =>
  samples === undefined
    ? `${steps} Adam steps of a ${sizes.join('–')} MLP, batch ${batch}`
    : `${samples} samples of a ${sizes.join('–')} MLP`

export const peersOf = () => {
  return [
    ...ours('training-tweedie.mjs'),
    { label: 'PyTorch', threads: 2, ...pythonPeer('training.py', { threads: 2 }) },
    { label: 'PyTorch', threads: 1, ...pythonPeer('training.py', { threads: 1 }) },
    { label: 'tfjs-wasm', threads: 1, ...node('training-tfjs.mjs'), settings: { backend: 'wasm' } },
    { label: 'cpu', threads: 1, ...node('training-tweedie.mjs'), settings: { backend: 'cpu' } },
  ]
}

export const inputs = ({ sizes, batch, steps, samples }) => {
  const rows = batch ?? 1
  const arrays = { x: normalArray(key(1), rows * sizes[0]), y: normalArray(key(2), rows * sizes.at(-1)) }
  return { settings: { sizes, batch, steps, samples, compared: 0 }, arrays, wanted: undefined }
}
