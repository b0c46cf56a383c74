import { tweedieError } from '../errors.js'
import type { Key } from './key.js'
import { uniformArray } from './uniform.js'
import { requireWholeNumber } from './whole-number.js'

/** A random permutation of 0 … count − 1 (Fisher–Yates). */
export const permutation = (key: Key, count: number): Uint32Array => {
  requireWholeNumber('permutation', 'count', count)
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  const draws = uniformArray(key, count)
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor((draws[i] as number) * (i + 1))
    const held = order[i] as number
    order[i] = order[j] as number
    order[j] = held
  }
  return order
}

/** `size` different numbers below `count`, in random order. Throws `InvalidArgument` when there are fewer than `size`. */
export const choiceWithoutReplacement = (key: Key, count: number, size: number): Uint32Array => {
  requireWholeNumber('choiceWithoutReplacement', 'size', size)
  if (size > count)
    throw tweedieError(
      'InvalidArgument',
      'choiceWithoutReplacement',
      `${size} different numbers out of ${count}`,
      'Ask for at most as many as there are',
    )
  return permutation(key, count).slice(0, size)
}

/** `size` numbers below `count`, repeats allowed. Throws `InvalidArgument` when there is nothing to choose from. */
export const choiceWithReplacement = (key: Key, count: number, size: number, first = 0): Uint32Array => {
  requireWholeNumber('choiceWithReplacement', 'count', count)
  if (count === 0 && size > 0)
    throw tweedieError('InvalidArgument', 'choiceWithReplacement', `${size} numbers out of 0`, 'Give something to choose from')
  return Uint32Array.from(uniformArray(key, size, first), (u) => Math.floor(u * count))
}
