// A method's folder: job.json says what was asked, gen.npy has the rows, meta.json, written last, what was measured. A folder with all of it is complete.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runPeer } from '../harness/run-peer.mjs'
import { writeWhole } from './npy.mjs'

const json = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** The settings of a job without its paths and threads: what its rows depend on. */
const asked = ({ train, test, out, threads, ...settings }) => JSON.stringify(Object.entries(settings).sort())

/** The record of a complete folder for this job, or undefined. */
export const completed = (folder, job) => {
  const paths = ['job.json', 'meta.json', 'gen.npy'].map((name) => join(folder, name))
  if (!paths.every(existsSync) || asked(json(paths[0])) !== asked(job)) return undefined
  return json(paths[1])
}

/** Runs a method in a process of its own, unless it is complete. Gives its record, or { missing: why }. */
export const runMethod = async (command, folder, job, seconds) => {
  const before = completed(folder, job)
  if (before !== undefined) return before
  if (command.missing !== undefined) return command
  mkdirSync(folder, { recursive: true })
  for (const name of ['meta.json', 'gen.npy']) rmSync(join(folder, name), { force: true })
  const path = join(folder, 'job.json')
  writeWhole(path, JSON.stringify({ ...job, out: folder }, null, 2))
  const outcome = await runPeer(command, path, seconds)
  if (outcome.missing !== undefined) return outcome
  return completed(folder, job) ?? { missing: 'it ended without its rows' }
}
