import { type Key, key } from '@tweedie/core'
import fc from 'fast-check'

/** Seeds: whole numbers from 0 to 2⁵³ − 1. */
export const seeds = (): fc.Arbitrary<number> => fc.maxSafeNat()

/** Keys of seeds. */
export const keys = (): fc.Arbitrary<Key> => seeds().map(key)
