import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'

/** Median milliseconds of five calls, after one that warms up. */
export const median = (call) => {
  call()
  const times = Array.from({ length: 5 }, () => {
    const began = performance.now()
    call()
    return performance.now() - began
  })
  return times.sort((a, b) => a - b)[2]
}

/** The version of a library that a benchmark uses. */
export const version = (name) => JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), 'utf8')).version

/** Prints what was measured, on which machine, and each peer's time as a multiple of ours. */
export const report = (what, ours, peers) => {
  console.log(`${what}; ${cpus()[0]?.model}, Node ${process.versions.node}`)
  for (const [name, time] of peers) console.log(`  ${name.padEnd(40)} ${(time / ours).toFixed(2)} times its time`)
}
