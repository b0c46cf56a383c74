/**
 * Temporary files and folders that must not outlive the process: what is registered here is removed, at once and synchronously, when
 * the process exits or is told to end (Ctrl-C, `kill`, a closed terminal).
 */

import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** A fresh hidden name beside `path`: `.<name>.tweedie-<pid>-<random>`. A rename between the two stays on one file system. */
export const temporaryBeside = (path: string): string =>
  join(dirname(path), `.${basename(path).slice(0, 64)}.tweedie-${process.pid}-${randomBytes(6).toString('hex')}`)

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const registered = new Set<string>()

const removeAll = (): void => {
  for (const path of registered) {
    try {
      rmSync(path, { recursive: true, force: true })
    } catch {
      // The process is ending: go on with the others.
    }
  }
  registered.clear()
}

// Listening takes away the signal's own effect, so it is sent again. Where the program listens too, the program decides whether
// to end; if it does, `exit` follows.
const onSignal = (signal: NodeJS.Signals): void => {
  if (process.listenerCount(signal) > 1) return
  removeAll()
  stopListening()
  process.kill(process.pid, signal)
}

const startListening = (): void => {
  process.on('exit', removeAll)
  for (const signal of endings) process.on(signal, onSignal)
}

const stopListening = (): void => {
  process.off('exit', removeAll)
  for (const signal of endings) process.off(signal, onSignal)
}

/** Has `path` removed when the process ends. Returns the function that takes it off the list again. */
export const removeAtExit = (path: string): (() => void) => {
  if (registered.size === 0) startListening()
  registered.add(path)
  return () => {
    if (registered.delete(path) && registered.size === 0) stopListening()
  }
}
