import type { Key } from './key.js'
import { philox4x32 } from './philox.js'
import { requireWholeNumber } from './whole-number.js'

/**
 * Uniform numbers on the open interval (0, 1) by counter. Number e of a key's stream comes from Philox block ⌊e/2⌋: two words give
 * 52 bits, and (bits + ½)/2⁵² is exact, so neither 0 nor 1 occurs. Pure: any part of the stream can be had alone.
 * Throws `InvalidArgument` unless `count` and `first` are whole numbers.
 */
export const uniformArray = (key: Key, count: number, first = 0): Float64Array => {
  requireWholeNumber('uniformArray', 'count', count)
  requireWholeNumber('uniformArray', 'first', first)
  const out = new Float64Array(count)
  const words = new Uint32Array(4)
  const last = first + count - 1
  for (let block = Math.floor(first / 2); 2 * block <= last; block++) {
    philox4x32(words, 0, block | 0, Math.floor(block / 0x100000000), 0, 0, key.low, key.high)
    const e = 2 * block - first
    if (e >= 0) out[e] = openUnit(words[0] as number, words[1] as number)
    if (e < count - 1) out[e + 1] = openUnit(words[2] as number, words[3] as number)
  }
  return out
}

/** 52 bits of two words as (bits + ½)/2⁵². */
const openUnit = (high: number, low: number): number => ((high >>> 6) * 67108864 + (low >>> 6) + 0.5) / 4503599627370496
