// Runs test files in a copy, and reads what they say. A run that is decided is ended at once.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { writeFile } from './copy.mjs'

const running = new Set()

/** Ends a run and what it started. */
const end = (child) => {
  try {
    if (process.platform === 'win32') child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

export const endAllRuns = () => {
  for (const child of running) end(child)
}

/**
 * Whether a failure is that of a property (fast-check) or of a law. An example beside them may fail too; it says less.
 */
export const isProperty = ({ errors }) =>
  errors.some(({ name, message }) => name === 'LawBroken' || /^Property failed|does not hold: /.test(message))

/** A fault that is no program: it names what is not there. (One that does not parse is found before.) */
export const isBroken = ({ errors }) => errors.some(({ name, cause }) => name === 'ReferenceError' || cause?.startsWith('ReferenceError'))

/**
 * Runs files in a copy, in order. `decides` looks at each event and ends the run by giving a result; without one the result has
 * `outcome: 'finished'`, `'crashed'`, or `'timeout'` where a file takes longer than its limit in seconds.
 */
export const runTests = (folder, files, { seed, limits, decides }) =>
  new Promise((done) => {
    writeFile(folder, join('mutations', 'run.json'), JSON.stringify({ files, seed }))
    const program = join(folder, 'node_modules', 'vitest', 'vitest.mjs')
    const began = performance.now()
    const child = spawn(process.execPath, [program, 'run', '--config', join('mutations', 'vitest.config.mjs')], {
      cwd: folder,
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', CI: '1' },
    })
    running.add(child)
    const events = []
    let printed = ''
    let result
    const settle = (given) => {
      if (result !== undefined) return
      result = { ...given, events, seconds: (performance.now() - began) / 1000 }
      end(child)
    }
    let ended = 0
    let timer
    const wait = () => {
      clearTimeout(timer)
      timer = setTimeout(() => settle({ outcome: 'timeout', file: files[ended] }), (limits[ended] ?? 30) * 1000)
    }
    wait()
    const keep = (text) => {
      printed = `${printed}${text}\n`.slice(-4000)
    }
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('@mutations ')) return line === '' ? undefined : keep(line)
      const event = JSON.parse(line.slice('@mutations '.length))
      events.push(event)
      if (event.type === 'file done') {
        ended++
        wait()
      }
      const decided = decides(event)
      if (decided !== undefined) settle(decided)
      if (event.type === 'end') settle({ outcome: 'finished' })
    })
    createInterface({ input: child.stderr }).on('line', keep)
    child.on('close', (status) => {
      clearTimeout(timer)
      running.delete(child)
      done(result ?? { outcome: 'crashed', status, printed, events, seconds: (performance.now() - began) / 1000 })
    })
  })
