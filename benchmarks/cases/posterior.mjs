// The posterior mean over a point cloud, E[X₀ | X_t = x] = Σ softmax(−|x − αy|²/2σ²) y: the kernel under every score of a data set.
import { key, normalArray } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { nativePeers } from '../harness/native.mjs'
import { node, ours, pythonPeer } from '../harness/peers.mjs'

const level = { alpha: 0.9, sigma: 0.3 }

/** Sizes, and the ratios to be reached on two threads: a peer's time divided by ours. */
const sizes = {
  full: [
    { rows: 10_000, points: 10_000, d: 2, wanted: { 'PyTorch tuned': 2, 'PyTorch written': 4, 'tfjs-wasm': 14, 'jax-js': 25, cpu: 40 } },
    { rows: 10_000, points: 10_000, d: 8, wanted: { 'PyTorch tuned': 1.4, 'PyTorch written': 2.5, 'tfjs-wasm': 15, 'jax-js': 15 } },
    { rows: 4_096, points: 10_000, d: 43, wanted: { 'PyTorch tuned': 0.7, 'PyTorch written': 8 } },
    { rows: 1_024, points: 60_000, d: 784, wanted: { 'PyTorch tuned': 0.55, 'PyTorch written': 1.4, 'jax-js': 4 } },
  ],
  quick: [2, 8, 43].map((d) => ({ rows: 100, points: 500, d, wanted: {} })),
}

/** Peers that would take minutes are left out where rows · points · d is more than this. */
const affordable = { cpu: 5e9, 'ml-matrix': 3e8, loops: 5e9 }

export const title = 'Posterior mean over a point cloud'

export const jobs = ({ quick }) => (quick ? sizes.quick : sizes.full).map((size) => ({ ...size, name: `posterior-${size.d}` }))

export const describe = ({ rows, points, d }) => `${rows} queries × ${points} points, d = ${d}`

/** Peers in the order of the table; `threads` is what the ratio is told for. */
export const peersOf = ({ rows, points, d }) => {
  const pairs = rows * points * d
  const part = pairs > 1e8 ? { share: 10 } : {}
  const little = pairs > 1e8 ? { share: 100 } : {}
  const can = (name) => pairs <= (affordable[name] ?? Number.POSITIVE_INFINITY)
  const torch = (style, threads) => pythonPeer('posterior.py', { library: 'torch', style, threads })
  return [
    ...ours('posterior-tweedie.mjs'),
    { label: 'PyTorch tuned', threads: 2, ...torch('tuned', 2) },
    { label: 'PyTorch tuned', threads: 1, ...torch('tuned', 1) },
    { label: 'PyTorch written', threads: 2, ...torch('written', 2) },
    { label: 'NumPy tuned', threads: 1, ...pythonPeer('posterior.py', { library: 'numpy', style: 'tuned', threads: 1 }) },
    { label: 'tfjs-wasm', threads: 1, ...node('posterior-tfjs.mjs'), settings: { backend: 'wasm' }, ...(pairs > 1e10 ? { share: 4 } : {}) },
    ...(d <= 8 ? [{ label: 'tfjs-cpu', threads: 1, ...node('posterior-tfjs.mjs'), settings: { backend: 'cpu' }, ...little }] : []),
    { label: 'jax-js', threads: 1, ...node('posterior-jax.mjs'), ...(pairs > 1e10 ? { share: 4 } : {}) },
    ...(can('loops') ? [{ label: 'typed-array loops', threads: 1, ...node('posterior-loops.mjs'), ...part }] : []),
    ...(can('cpu') ? [{ label: 'cpu', threads: 1, ...node('posterior-tweedie.mjs'), settings: { backend: 'cpu' }, ...part }] : []),
    ...(can('ml-matrix') ? [{ label: 'ml-matrix', threads: 1, ...node('posterior-ml-matrix.mjs'), ...little }] : []),
    ...nativePeers('posterior.cpp'),
  ]
}

/** What every peer computes with, and what it should find in the first rows. */
export const inputs = async ({ rows, points: count, d }) => {
  const [x, y] = [Float32Array.from(normalArray(key(1), rows * d)), Float32Array.from(normalArray(key(2), count * d))]
  const B = cpu()
  const checked = Math.min(rows, 8)
  const mean = B.posteriorMean(B.tensor(x.subarray(0, checked * d), [checked, d]), { points: B.tensor(y, [count, d]) }, level)
  return { settings: { rows, points: count, d, ...level, compared: checked * d }, arrays: { x, y }, wanted: Array.from(await B.read(mean)) }
}
