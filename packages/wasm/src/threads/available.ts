import { tweedieError } from '@tweedie/core'
import { cpus } from 'workerpool'
import { MOST_WORKERS } from './control.js'

/** Whether threads can share memory here: a page must be isolated from other origins (headers COOP and COEP). */
export const canShareMemory = (): boolean =>
  typeof SharedArrayBuffer === 'function' && (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false

/** More threads than this are used only where they are asked for. */
const DEFAULT_MOST = 8

/**
 * How many threads a backend has that was asked for so many; without a wish, one per processor, eight at most. One where
 * threads cannot share memory. Throws `InvalidArgument` for anything but a whole number from 1 to 64.
 */
export const threadsFor = (wish?: number): number => {
  if (wish !== undefined && !(Number.isInteger(wish) && wish >= 1 && wish <= MOST_WORKERS + 1))
    throw tweedieError('InvalidArgument', 'wasm', `threads: ${wish}`, `Give a whole number from 1 to ${MOST_WORKERS + 1}, or leave it out`)
  return canShareMemory() ? (wish ?? Math.min(DEFAULT_MOST, Math.max(1, processors()))) : 1
}

const processors = (): number => globalThis.navigator?.hardwareConcurrency ?? cpus
