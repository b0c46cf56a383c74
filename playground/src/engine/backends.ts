import { wasm } from '@tweedie/wasm'
import type { BackendName } from '../setup.js'
import type { Raised } from './raised.js'
import { bringUpTfjs } from './tfjs-backend.js'
import { lookForDevice } from './tfjs-device.js'

/** The backends by name, each brought up when it is first asked for and kept. */
export interface Backends {
  /** Rejects with a `TweedieError` that says why there is none. Jobs on backends are to run one after the other. */
  readonly of: (name: BackendName) => Promise<Raised>
  /**
   * Sentences on a backend without bringing it up, where that takes long: what was found of it if it is up, else of what it needs. Rejects as `of` does,
   * with the refusal of the last call of `of` if that failed.
   */
  readonly look: (name: BackendName) => Promise<readonly string[]>
  /** Lets one go, whose device is lost say: the next call of `of` makes it anew. */
  readonly forget: (name: BackendName) => Promise<void>
  readonly liveTensors: () => number
}

export const makeBackends = (bringUp: (name: BackendName) => Promise<Raised> = bringUpHere): Backends => {
  const raised = new Map<BackendName, Raised>()
  const refused = new Map<BackendName, unknown>()
  const raise = async (name: BackendName): Promise<Raised> => {
    refused.delete(name)
    try {
      return await bringUp(name)
    } catch (thrown) {
      refused.set(name, thrown)
      throw thrown
    }
  }
  const forget = async (name: BackendName): Promise<void> => {
    const found = raised.get(name)
    raised.delete(name)
    await found?.dispose()
  }
  const of = async (name: BackendName): Promise<Raised> => {
    const kept = raised.get(name)
    const found = kept ?? (await raise(name))
    if (kept === undefined) {
      raised.set(name, found)
      // A device may be lost while nothing runs.
      void found.lost?.then(() => (raised.get(name) === found ? forget(name) : undefined)).catch(() => {})
    }
    await found.select()
    return found
  }
  return {
    of,
    look: async (name) => {
      if (refused.has(name)) throw refused.get(name)
      const found = raised.get(name)
      if (found !== undefined) return found.notes()
      return name === 'wasm' ? (await of(name)).notes() : lookForDevice(name)
    },
    forget,
    liveTensors: () => [...raised.values()].reduce((sum, { liveTensors }) => sum + liveTensors(), 0),
  }
}

const bringUpHere = async (name: BackendName): Promise<Raised> => (name === 'wasm' ? bringUpWasm() : bringUpTfjs(name))

const bringUpWasm = (): Raised => {
  const B = wasm()
  const { build, dtype, threads } = B.describe()
  const notes = [
    `${dtype}, ${build === 'relaxed' ? 'relaxed SIMD' : 'SIMD'}, ${threads === 1 ? 'one thread' : `${threads} threads`}.`,
    ...((globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === false
      ? ['The page is not isolated from other origins, so threads cannot share memory.']
      : []),
  ]
  return { run: (body) => body(B), notes: () => notes, liveTensors: B.liveTensors, select: async () => {}, dispose: B.dispose }
}
