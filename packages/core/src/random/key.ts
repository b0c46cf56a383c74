import { philox4x32 } from './philox.js'
import { requireWholeNumber } from './whole-number.js'

/**
 * Randomness is a key. A key is 64 bits; it is never used up. `split` and `fold` derive independent keys, so two parts of a program
 * that hold different keys never see the same numbers, and the same key gives the same numbers on every machine and backend.
 */
export interface Key {
  readonly high: number
  readonly low: number
}

/** The key of a seed: a whole number from 0 to 2⁵³ − 1. Throws `InvalidArgument` otherwise. */
export const key = (seed: number): Key => {
  requireWholeNumber('key', 'seed', seed)
  return { high: Math.floor(seed / 0x100000000), low: seed >>> 0 }
}

// Counters of draws have this word 0 (see uniform.ts), so a derived key never collides with a draw.
const DERIVE = 0x7457eed1

const words = new Uint32Array(4)

/** The key derived from a key and a whole number below 2⁵³: `fold(key, step)`. Different numbers give independent keys. */
export const fold = (parent: Key, data: number): Key => {
  requireWholeNumber('fold', 'data', data)
  philox4x32(words, 0, data >>> 0, Math.floor(data / 0x100000000), 0, DERIVE, parent.low, parent.high)
  return { low: words[0] as number, high: words[1] as number }
}

/** `count` independent keys from one. Throws `InvalidArgument` when the count is not a whole number. */
export const split = (parent: Key, count = 2): readonly Key[] => {
  requireWholeNumber('split', 'count', count)
  return Array.from({ length: count }, (_, index) => fold(parent, index))
}
