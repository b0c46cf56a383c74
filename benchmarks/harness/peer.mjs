// What a peer written in JavaScript does: reads its job, times it, prints one line of JSON.
import { readFileSync } from 'node:fs'
import { timesOf } from './time.mjs'

/** The job: its settings, and its arrays as float32. */
export const readJob = () => {
  const job = JSON.parse(readFileSync(process.argv[2], 'utf8'))
  const arrays = Object.fromEntries(
    Object.entries(job.arrays).map(([name, path]) => [name, new Float32Array(new Uint8Array(readFileSync(path)).buffer)]),
  )
  // A job for part of the queries has the arrays of all.
  return { ...job, ...arrays, ...(job.rows && { x: arrays.x.subarray(0, job.rows * job.d) }) }
}

/** Times a call and prints what was measured, with the first numbers of what it computes. */
export const tell = async (name, job, call, numbers) => {
  const times = await timesOf(call, job.repeats)
  const found = numbers === undefined ? [] : Array.from(await numbers()).slice(0, job.compared)
  console.log(JSON.stringify({ name, times, numbers: found, peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024) }))
}
