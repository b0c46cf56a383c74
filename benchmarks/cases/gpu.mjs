// The posterior mean on a graphics processor, through TensorFlow.js: our one pass over the cloud beside what one writes in plain TensorFlow.js, and jax-js.
import { key, normalArray } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { node } from '../harness/peers.mjs'

const places = ['webgpu in Node', 'webgpu in Chromium', 'webgl in Chromium']

/** Queries, points, dimensions and noise. The last has the small noise at which samples are finished. */
const sizes = {
  full: [
    { rows: 1_000, points: 1_000, d: 2, sigma: 0.3 },
    { rows: 1_000, points: 10_000, d: 2, sigma: 0.3 },
    { rows: 1_000, points: 100_000, d: 2, sigma: 0.3 },
    { rows: 1_000, points: 10_000, d: 8, sigma: 0.3 },
    { rows: 1_000, points: 10_000, d: 2, sigma: 1e-3 },
  ],
  quick: [{ rows: 50, points: 300, d: 2, sigma: 0.3 }],
}

export const title = 'Posterior mean on a graphics processor'

export const note =
  'One process, or one page, for each line. `product` expands the square and multiplies matrices, `broadcast` takes differences of rank three; both store a matrix of queries × points. For these lines `memory` is what the tensors of TensorFlow.js hold at most during a call, in MB, without what a kernel holds inside (jax-js does not tell). The adapter stands in the name.'

export const jobs = ({ quick }) =>
  (quick ? sizes.quick : sizes.full).flatMap((size) =>
    places.map((place, k) => ({ ...size, place, name: `gpu-${k}-${size.points}-${size.d}-${size.sigma}` })),
  )

export const describe = ({ place, rows, points, d, sigma }) => `${place}: ${rows} queries × ${points} points, d = ${d}, σ = ${sigma}`

export const peersOf = ({ place, rows, points, d }) => {
  const [backend, , where] = place.split(' ')
  const by = (way) => ({
    ...node(where === 'Node' ? 'gpu-in-node.mjs' : 'gpu-in-page.mjs'),
    settings: { way, backend, seconds: 35 },
    seconds: 45,
  })
  const bytes = 4 * rows * points
  return [
    { label: 'ours', threads: 1, ...by('ours') },
    // Matrices that no adapter of ours holds are left out.
    ...(bytes <= 5e8 ? [{ label: 'tfjs product', threads: 1, ...by('product') }] : []),
    ...(bytes * d <= 5e8 ? [{ label: 'tfjs broadcast', threads: 1, ...by('broadcast') }] : []),
    ...(bytes <= 5e8 ? [{ label: 'jax-js', threads: 1, ...by('jax') }] : []),
  ]
}

export const inputs = async ({ rows, points: count, d, sigma }) => {
  const alpha = 0.9
  const y = Float32Array.from(normalArray(key(2), count * d))
  // Queries as they come: noised points.
  const noise = normalArray(key(1), rows * d)
  const x = Float32Array.from(noise, (z, e) => alpha * y[e % (count * d)] + sigma * z)
  const B = cpu()
  const checked = Math.min(rows, 8)
  const cloud = { points: B.tensor(y, [count, d]) }
  const mean = B.posteriorMean(B.tensor(x.subarray(0, checked * d), [checked, d]), cloud, { alpha, sigma })
  return {
    settings: { rows, points: count, d, alpha, sigma, compared: checked * d },
    arrays: { x, y },
    wanted: Array.from(await B.read(mean)),
  }
}
