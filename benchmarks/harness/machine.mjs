import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'

/** What the numbers of a run were measured on. */
export const machine = () => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  node: process.versions.node,
  v8: process.versions.v8,
})

/** The version of a library of the benchmarks' own. */
export const version = (name) => JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version

/** What a command prints, or undefined where it is not there. */
export const asked = (command, ...args) => {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}

const hasLibraries = (command) => asked(command, '-c', 'import numpy, torch') !== undefined

/** The Python that has NumPy and PyTorch, if there is one: Debian's stands beside others. */
export const python = () => ['python3', '/usr/bin/python3'].find(hasLibraries)
