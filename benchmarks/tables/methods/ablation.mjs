// The preset `best` with one part changed, and the spread and step that `best` chose: what is each part worth? job.variant names the part.
import { fold, key, linear, permutation, takeRows } from '@tweedie/core'
import { euler } from '@tweedie/ode-sde'
import { wasm } from '@tweedie/wasm'
import { finish, fromDensity, readJob, timed } from './shared.mjs'

const { choose, generate, hiddenFor, learnBest } = await fromDensity('choose', 'generate', 'hiddenFor', 'learnBest')
const job = readJob()
const { columns } = job.table

const variants = {
  network: { step: 'network' },
  unspread: { spread: 0 },
  isotropic: { spread: 0, floor: 0.04 },
  uncalibrated: { calibration: 0 },
  unbalanced: {},
  euler: { solver: euler, grid: linear, solverSteps: 500, labels: 3_000 },
  small: { hidden: hiddenFor(columns).map((width) => width / 2) },
}
const changed = variants[job.variant]
if (changed === undefined) {
  console.error(`error: no variant ${job.variant}; there are ${Object.keys(variants).join(', ')}`)
  process.exit(1)
}
const quick = job.quick
  ? { labels: 400, cloud: 500, solverSteps: 5, hidden: [16], iterations: 100, batch: 64, calibration: 1_000, spread: 0.25, step: 0.1 }
  : {}

/** The labels in an order of chance, as independent draws have them. */
const shuffled = ({ anchors, ...generator }) => {
  if (anchors === undefined) return generator
  const order = permutation(fold(key(job.seed), 9), anchors.noise.rows)
  return { ...generator, anchors: { ...anchors, noise: takeRows(anchors.noise, order), residuals: takeRows(anchors.residuals, order) } }
}

const B = wasm({ threads: job.threads })
const [learnt, fitSeconds] = await timed(async () => {
  // As `learnBest` chooses, where there is no `best` to ask.
  const given = { ...quick, ...(job.step !== undefined && job) }
  const { spread, step } = given.step === undefined ? await choose(B, job.table, { key: fold(key(job.seed), 3) }) : given
  return learnBest(B, job.table, { ...quick, spread, step, ...changed, key: key(job.seed) })
})
const generator = job.variant === 'unbalanced' ? shuffled(learnt) : learnt
const [rows, sampleSeconds] = await timed(() => generate(B, generator, { count: job.rows, key: key(job.seed + 1) }))
await B.dispose()
const { floor, spread, step, labelSeconds, network } = learnt
finish(job, rows, {
  name: `preset best, ${job.variant}`,
  fitSeconds,
  sampleSeconds,
  settings: { variant: job.variant, floor, spread, step, hidden: network.sizes.slice(1, -1).join('-'), labelSeconds, threads: job.threads },
})
