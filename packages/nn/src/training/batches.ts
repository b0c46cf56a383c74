import { fold, type Key, permutation } from '@tweedie/core'

/** The rows that are trained on, and those that are kept for validation: a random split of 0 … rows − 1. */
export interface Split {
  readonly training: Uint32Array
  readonly validation: Uint32Array
}

/** Splits the rows by a key; the validation part has `round(fraction · rows)` rows, and at least 1 where the fraction is above 0. */
export const splitRows = (key: Key, rows: number, fraction: number): Split => {
  const count = fraction === 0 ? 0 : Math.max(1, Math.round(fraction * rows))
  const order = permutation(key, rows)
  return { training: order.subarray(count), validation: order.subarray(0, count) }
}

/**
 * The rows of batch `step` (from 1). Epoch e walks through the permutation of `fold(key, e)` in whole batches; the rows that do not fill
 * one are left out of that epoch, others in each. So a batch is a function of key and step. The permutation of the epoch is remembered.
 */
export const batches = (key: Key, rows: Uint32Array, size: number): ((step: number) => Uint32Array) => {
  const perEpoch = Math.floor(rows.length / size)
  let shuffled: { readonly epoch: number; readonly rows: Uint32Array } | undefined
  return (step) => {
    const epoch = Math.floor((step - 1) / perEpoch)
    if (shuffled?.epoch !== epoch)
      shuffled = { epoch, rows: permutation(fold(key, epoch), rows.length).map((index) => rows[index] as number) }
    const from = ((step - 1) % perEpoch) * size
    return shuffled.rows.subarray(from, from + size)
  }
}
