// Queries of a large cloud, or a whole reverse ODE, by an index or by the exact sum over all points, on the wasm backend. Times are microseconds a query.
import { key, normalArray, uniformArray, uniformLogSnr, vanishingLinear } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { ddim, probabilityFlow, solve } from '@tweedie/ode-sde'
import { pointCloud } from '@tweedie/score'
import { wasm } from '@tweedie/wasm'
import { readJob } from '../harness/peer.mjs'
import { timesOf } from '../harness/time.mjs'
import { clouds } from './clouds.mjs'

const job = readJob()
const { cloud, count, variance, queries, index, threads, steps } = job
const B = wasm({ threads })
const data = clouds[cloud](count)
const d = data.columns
const began = performance.now()
const source = pointCloud(B, data, { index, ...(index === 'none' ? {} : { choose: 'always', tol: 1e-3 }) })
const built = performance.now() - began
const process_ = steps === undefined ? vanishingLinear() : vanishingLinear({ floor: 1e-4 })
const field = source(process_)

/** Queries of the law of X_t. */
const drawn = (rows, { alpha, sigma }) => {
  const [z, u] = [normalArray(key(21), rows * d), uniformArray(key(22), rows)]
  return Float64Array.from(z, (value, k) => alpha * data.data[Math.floor(u[Math.floor(k / d)] * count) * d + (k % d)] + sigma * value)
}
const print = (times, more) => {
  const name = index === 'none' ? 'exact sum' : `${index} index`
  console.log(JSON.stringify({ name, times, numbers: [], peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024), ...more }))
}

if (steps === undefined) {
  const t = variance
  const level = { alpha: process_.alpha(t), sigma: process_.sigma(t) }
  const x = B.tensor(drawn(queries, level), [queries, d])
  const times = await timesOf(() => B.free(field(x, t)), job.repeats)
  // The oracle: float64 sums over all points for the first few queries. The unit of the error is √d min(σ/α, s).
  const checked = Math.min(8, queries)
  const C = cpu()
  const first = (await B.read(x)).slice(0, checked * d)
  const exact = await C.read(C.posteriorMean(C.tensor(first, [checked, d]), { points: C.tensor(data.data, [count, d]) }, level))
  const found = (await B.read(field(x, t))).slice(0, checked * d)
  const unit = Math.sqrt(d) * Math.min(level.sigma / level.alpha, 1)
  const errors = Array.from({ length: checked }, (_, q) =>
    Math.hypot(...exact.subarray(q * d, (q + 1) * d).map((m, j) => m - found[q * d + j])),
  )
  print(
    times.map((time) => (1000 * time) / queries),
    { error: Math.max(...errors) / unit, built },
  )
} else {
  const grid = uniformLogSnr(process_, steps)
  const sigma = process_.sigma(grid[0])
  const initial = B.tensor(
    normalArray(key(23), queries * d).map((z) => sigma * z),
    [queries, d],
  )
  // Once, from the first query on: what the index measures for itself belongs to the job.
  const start = performance.now()
  const { x } = await solve(B, probabilityFlow(B, process_, field), { initial, grid, solver: ddim })
  const time = performance.now() - start
  B.free(x)
  print([(1000 * time) / queries], { built })
}
B.dispose()
