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
  let block = -1
  for (let e = 0; e < count; e++) {
    const index = first + e
    const wanted = Math.floor(index / 2)
    if (wanted !== block) {
      philox4x32(words, 0, wanted >>> 0, Math.floor(wanted / 0x100000000), 0, 0, key.low, key.high)
      block = wanted
    }
    const half = index % 2 === 0 ? 0 : 2
    const high = (words[half] as number) >>> 6
    const low = (words[half + 1] as number) >>> 6
    out[e] = (high * 67108864 + low + 0.5) / 4503599627370496
  }
  return out
}
