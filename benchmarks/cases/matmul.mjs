// Matrix products at the sizes of a network's layers and at a large one.
import { key, normalArray } from '@tweedie/core'
import { node, ours, pythonPeer } from '../harness/peers.mjs'

export const title = 'Matrix products'

export const jobs = ({ quick }) =>
  (quick
    ? [[16, 16, 16]]
    : [
        [512, 100, 100],
        [10_000, 64, 64],
        [1_024, 1_024, 1_024],
      ]
  ).map(([m, k, p]) => ({ name: `matmul-${m}-${k}-${p}`, m, k, p, wanted: {} }))

export const describe = ({ m, k, p }) => `[${m}, ${k}] · [${k}, ${p}]`

export const peersOf = ({ m, k, p }) => {
  const python = (library, threads) => pythonPeer('matmul.py', { library, threads })
  return [
    ...ours('matmul-tweedie.mjs'),
    { label: 'PyTorch', threads: 2, ...python('torch', 2) },
    { label: 'PyTorch', threads: 1, ...python('torch', 1) },
    { label: 'NumPy', threads: 1, ...python('numpy', 1) },
    { label: 'tfjs-wasm', threads: 1, ...node('matmul-tfjs.mjs'), settings: { backend: 'wasm' } },
    { label: 'jax-js', threads: 1, ...node('matmul-jax.mjs') },
    ...(m * k * p > 2e8
      ? []
      : [
          { label: 'cpu', threads: 1, ...node('matmul-tweedie.mjs'), settings: { backend: 'cpu' } },
          { label: 'ml-matrix', threads: 1, ...node('matmul-ml-matrix.mjs') },
        ]),
  ]
}

export const inputs = ({ m, k, p }) => {
  const [x, y] = [Float32Array.from(normalArray(key(1), m * k)), Float32Array.from(normalArray(key(2), k * p))]
  const row = Array.from({ length: p }, (_, j) => {
    let sum = 0
    for (let i = 0; i < k; i++) sum += x[i] * y[i * p + j]
    return sum
  })
  // Small products are repeated within a call, so that what is timed is not the clock.
  const times = Math.max(1, Math.round(2e8 / (m * k * p)))
  return { settings: { m, k, p, times, compared: p }, arrays: { x, y }, wanted: row }
}
