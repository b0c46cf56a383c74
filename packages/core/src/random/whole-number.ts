import { tweedieError } from '../errors.js'

/** Throws `InvalidArgument` unless a count (or a position) is a whole number from 0 to 2⁵³ − 1. */
export const requireWholeNumber = (where: string, what: string, value: number): void => {
  if (!Number.isSafeInteger(value) || value < 0)
    throw tweedieError('InvalidArgument', where, `${what} ${value}`, 'Use a whole number from 0 to 2^53 − 1')
}
