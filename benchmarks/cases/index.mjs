// The neighbour index: the exact score of a million points, to a tolerance of 1e-3, beside the exact sum over all of them.
import { node, relaxedFlags } from '../harness/peers.mjs'

export const title = 'Neighbour index'

export const unit = 'µs a query'

export const note =
  'Microseconds a query, of a batch. `error` is the largest distance from the float64 sum over all points among eight queries, in the unit √d min(σ/α, s). A whole reverse ODE includes what the index measures for itself at each noise level, not its building.'

const variances = [0.9, 0.1, 1e-2, 1e-4]

export const jobs = ({ quick }) => {
  const count = quick ? 5_000 : 1_000_000
  const query = (cloud, variance, points, limit) => ({
    name: `index-${cloud}-${variance}-${points}`,
    cloud,
    variance,
    count: points,
    limit,
  })
  return [
    ...variances.map((variance) => query('plane', variance, count, 6)),
    ...variances.map((variance) => query('surface', variance, count, 12)),
    ...variances.map((variance) => query('table', variance, count)),
    ...(quick ? [] : variances.map((variance) => query('plane', variance, 10_000))),
    ...[
      ['plane', 200],
      ['table', 30],
      ['surface', 100],
    ].map(([cloud, ratio]) => ({ name: `index-ode-${cloud}`, cloud, count, steps: quick ? 5 : 100, wanted: { 'exact sum': ratio } })),
  ]
}

const dimensions = { plane: 2, surface: 8, table: 6 }

export const describe = ({ cloud, variance, count, steps, limit }) =>
  `${cloud} in ${dimensions[cloud]} dimensions, N = ${count}, ${steps === undefined ? `σ² = ${variance}` : `a reverse ODE of ${steps} steps`}${limit === undefined ? '' : ` (wanted: ${limit} µs)`}`

export const peersOf = ({ cloud, steps, count }) => {
  const tree = steps === undefined ? 4_096 : count < 1e5 ? 100 : cloud === 'plane' ? 20_000 : 2_000
  const exact = Math.min(tree, count < 1e5 ? 4_096 : steps === undefined ? 64 : 16)
  const by = (index, queries, threads) => ({ ...node('index-tweedie.mjs', relaxedFlags), settings: { index, queries, threads } })
  const threads = steps === undefined ? 1 : 2
  return [
    { label: 'ours', threads, ...by('verified', tree, threads) },
    ...(steps === undefined ? [{ label: 'certified', threads, ...by('certified', Math.min(tree, 256), threads) }] : []),
    { label: 'exact sum', threads, ...by('none', exact, threads) },
  ]
}

export const inputs = ({ cloud, variance, count, steps }) => ({
  settings: { cloud, variance, count, steps },
  arrays: {},
  wanted: undefined,
})
