import { CALLER_SLEEPS, FINISHED } from './control.js'

/** Whether this thread may sleep: a browser's main thread may not. */
export const mayBlock = (words: Int32Array): boolean => {
  try {
    Atomics.wait(words, FINISHED, ~Atomics.load(words, FINISHED), 0)
    return true
  } catch {
    return false
  }
}

/** Milliseconds that the caller watches a word before it sleeps. */
const WATCH = 0.2
/** The longest that counts as waited at once, in milliseconds, so that a computer's sleep does not use up the patience of the caller. */
const SLICE = 50

/** How much longer to wait, in milliseconds. */
export interface Clock {
  left: number
}

/** Waits until a word is no longer `value`, or the clock has run out: what the word is then. */
export const waitFor = (words: Int32Array, index: number, value: number, clock: Clock, blocks: boolean): number => {
  for (let k = 0; k < 64; k++) if (Atomics.load(words, index) !== value) return Atomics.load(words, index)
  let last = performance.now()
  const watchUntil = last + WATCH
  while (Atomics.load(words, index) === value && clock.left > 0) {
    const now = performance.now()
    clock.left -= Math.min(now - last, SLICE)
    last = now
    if (blocks && now > watchUntil) sleep(words, index, value)
  }
  return Atomics.load(words, index)
}

/** Sleeps until a worker has finished a chunk, for a slice at most. */
const sleep = (words: Int32Array, index: number, value: number): void => {
  Atomics.store(words, CALLER_SLEEPS, 1)
  const finished = Atomics.load(words, FINISHED)
  if (Atomics.load(words, index) === value) Atomics.wait(words, FINISHED, finished, SLICE)
  Atomics.store(words, CALLER_SLEEPS, 0)
}
