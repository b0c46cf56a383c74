// The preset `paper` with fewer labels than the paper's 200,000, and mini-batches in place of 20,000 iterations on all of them.
import { key } from '@tweedie/core'
import { wasm } from '@tweedie/wasm'
import { finish, fromDensity, logLikelihoodOf, readJob, timed } from './shared.mjs'

const { learnPaper, generate } = await fromDensity('learnPaper', 'generate')
const job = readJob()
const settings = job.quick
  ? { hidden: 32, labels: 1_000, steps: 50, chunk: 500, batch: 250, iterations: 100 }
  : { hidden: 256, labels: 10_000, steps: 500, chunk: 5_000, batch: 500, iterations: 10_000 }
for (const name of Object.keys(settings)) settings[name] = job[name] ?? settings[name]
const B = wasm({ threads: job.threads })
const [learnt, fitSeconds] = await timed(() => learnPaper(B, job.table, { ...settings, key: key(job.seed) }))
const [rows, sampleSeconds] = await timed(() => generate(B, learnt, { count: job.rows, key: key(job.seed + 1) }))
// The paper's labels keep the variance of the floor.
const logLikelihood = await logLikelihoodOf(B, learnt, job, false)
await B.dispose()
finish(job, rows, {
  name: 'preset paper',
  fitSeconds,
  sampleSeconds,
  logLikelihood,
  settings: { ...settings, labelSeconds: learnt.labelSeconds, threads: job.threads },
})
