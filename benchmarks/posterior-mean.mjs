// The posterior mean over a point cloud, E[X₀ | X_t = x] for 1,000 queries and 2,000 points of 4 columns: the cpu backend's fused kernel beside
// the same kernel written in the backend's primitives, beside ml-matrix, and beside NumPy where python3 has it. One process, one thread,
// medians of 5. Run `npm run build` first, then `npm run bench`.
import { spawnSync } from 'node:child_process'
import { deriveKernels, key, normalArray, untyped } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { Matrix } from 'ml-matrix'
import { median, report, version } from './measure.mjs'

const [queries, count, d] = [1_000, 2_000, 4]
const level = { alpha: 0.9, sigma: 0.3 }
const [x, y] = [normalArray(key(1), queries * d), normalArray(key(2), count * d)]

const B = cpu()
const [tx, ty] = [B.tensor(x, [queries, d]), B.tensor(y, [count, d])]
const derived = deriveKernels(untyped(B))

/** As one would write it with ml-matrix: differences, exponentials, products, row by row. */
const withMlMatrix = () => {
  const points = Matrix.from1DArray(count, d, y)
  const scaled = Matrix.mul(points, level.alpha)
  const means = new Matrix(queries, d)
  for (let i = 0; i < queries; i++) {
    const logits = scaled
      .clone()
      .subRowVector(x.subarray(i * d, (i + 1) * d))
      .pow(2)
      .sum('row')
      .map((s) => (-0.5 * s) / level.sigma ** 2)
    const top = logits.reduce((a, b) => Math.max(a, b))
    const weights = Matrix.rowVector(logits.map((l) => Math.exp(l - top)))
    means.setRow(i, weights.mmul(points).div(weights.sum()))
  }
  return means
}

/** NumPy, float64, one thread, by differences: what the kernel computes. Undefined where there is no NumPy. */
const withNumpy = () => {
  const script = `
import time, numpy as np
rng = np.random.default_rng(0)
x, y = rng.standard_normal((${queries}, ${d})), rng.standard_normal((${count}, ${d}))
def mean():
    s = np.zeros((${queries}, ${count}))
    for j in range(${d}):
        s += np.square(x[:, j, None] - ${level.alpha} * y[None, :, j])
    s *= ${-0.5 / level.sigma ** 2}
    w = np.exp(s - s.max(axis=1, keepdims=True))
    return (w @ y) / w.sum(axis=1, keepdims=True)
mean()
t = []
for _ in range(5):
    b = time.perf_counter(); mean(); t.append(1e3 * (time.perf_counter() - b))
print(np.__version__, sorted(t)[2])
`
  for (const command of ['python3', '/usr/bin/python3']) {
    const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' }
    const { status, stdout } = spawnSync(command, ['-c', script], { encoding: 'utf8', env })
    if (status === 0) return stdout.trim().split(' ')
  }
  return undefined
}

const fused = median(() => B.scope(() => void B.posteriorMean(tx, { points: ty }, level)))
const numpy = withNumpy()
const peers = [
  ['derived from primitives (ndarray-ops)', median(() => B.scope(() => void derived.posteriorMean(tx, { points: ty }, level)))],
  [`ml-matrix ${version('ml-matrix')}, row by row`, median(withMlMatrix)],
  ...(numpy === undefined ? [] : [[`NumPy ${numpy[0]}, one thread`, Number(numpy[1])]]),
]

report(`posterior mean, ${queries} × ${count} × ${d}, float64, the fused cpu kernel`, fused, peers)
if (numpy === undefined) console.log('  NumPy was not found, and is left out')
