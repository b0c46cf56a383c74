// The flow of preset `best` without its network: every row is integrated anew.
import { key } from '@tweedie/core'
import { wasm } from '@tweedie/wasm'
import { finish, fromDensity, readJob, timed } from './shared.mjs'

const { closedFormSamples } = await fromDensity('closedFormSamples')
const job = readJob()
const B = wasm({ threads: job.threads })
const [rows, sampleSeconds] = await timed(() => closedFormSamples(B, job.table, { count: job.rows, key: key(job.seed + 1) }))
await B.dispose()
finish(job, rows, { name: 'closed form', sampleSeconds, settings: { threads: job.threads } })
