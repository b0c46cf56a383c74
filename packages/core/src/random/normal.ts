import { inverseNormal } from './inverse-normal.js'
import type { Key } from './key.js'
import { uniformArray } from './uniform.js'

/**
 * Standard normals by counter: number e of the key's stream is the normal quantile of uniform number e. Row i of a [count, d] array is
 * numbers i·d … i·d + d − 1, so sample i is the same whatever the batch it is drawn in: pass `first = firstRow · d`.
 */
export const normalArray = (key: Key, count: number, first = 0): Float64Array => {
  const out = uniformArray(key, count, first)
  for (let e = 0; e < count; e++) out[e] = inverseNormal(out[e] as number)
  return out
}
