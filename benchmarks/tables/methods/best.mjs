// The preset `best` at its defaults.
import { key } from '@tweedie/core'
import { wasm } from '@tweedie/wasm'
import { bestLikelihoodOf, finish, fromDensity, readJob, timed } from './shared.mjs'

const { learnBest, generate } = await fromDensity('learnBest', 'generate')
const job = readJob()
const B = wasm({ threads: job.threads })
const [learnt, fitSeconds] = await timed(() => learnBest(B, job.table, { key: key(job.seed) }))
const [rows, sampleSeconds] = await timed(() => generate(B, learnt, { count: job.rows, key: key(job.seed + 1) }))
const { logLikelihood, density } = (await bestLikelihoodOf(B, learnt, job, key(job.seed + 2))) ?? {}
await B.dispose()
const { floor, labelSeconds, spread, step, tried } = learnt
finish(job, rows, {
  name: 'preset best',
  fitSeconds,
  sampleSeconds,
  logLikelihood,
  settings: { floor, spread, step, density, labelSeconds, threads: job.threads },
  tried,
})
