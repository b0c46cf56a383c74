// A floor: the first half of the held-out rows as the sample; it is measured against the second half.
import { sliceRows } from '@tweedie/core'
import { finish, readJob } from './shared.mjs'

const job = readJob()
finish(job, sliceRows(job.heldOut, 0, Math.floor(job.heldOut.rows / 2)), { name: 'real half', settings: {} })
