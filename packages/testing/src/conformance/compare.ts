import { showShape } from '@tweedie/core'
import { allowance, type Declared, type MeasuredName, showTolerance, toleranceOf } from './declared.js'
import type { Given } from './evaluate.js'
import type { Expected } from './expected.js'
import { type Format, ulp } from './format.js'

/** Whether something on the way to an element may overflow, so that it is not judged. */
export const mayOverflow = ({ largest }: Format, { reach }: Expected, k: number): boolean =>
  reach !== undefined && !((reach[k] as number) < largest / 4)

/**
 * How far a number is from the true one. NaN must be NaN and an infinity the same infinity; an infinity for a finite number, or the other
 * way, is as far as the finite one is from the end of the range. Infinity when nothing makes them agree.
 */
const distance = ({ largest }: Format, given: number, wanted: number): number => {
  if (Number.isNaN(given) || Number.isNaN(wanted)) return Number.isNaN(given) && Number.isNaN(wanted) ? 0 : Number.POSITIVE_INFINITY
  if (given === wanted) return 0
  if (Number.isFinite(given)) return Math.abs(given - wanted)
  return Math.sign(given) === Math.sign(wanted) ? Math.max(0, largest - Math.abs(wanted)) : Number.POSITIVE_INFINITY
}

const otherZero = (given: number, wanted: number): boolean => given === 0 && wanted === 0 && !Object.is(given, wanted)

/** The worst error of a result in units in the last place of its scale. Throws where an element is off by more than is declared. */
export const compare = (format: Format, declared: Declared, name: MeasuredName, given: Given, expected: Expected): number => {
  if (showShape(given.shape) !== showShape(expected.shape))
    throw new Error(`${name} has shape ${showShape(given.shape)} where ${showShape(expected.shape)} is expected`)
  if (given.values.length !== expected.values.length)
    throw new Error(`${name} of shape ${showShape(given.shape)} reads as ${given.values.length} numbers`)
  const tolerance = toleranceOf(declared.tolerances, name)
  const flushed = declared.denormals === 'flushed' ? format.smallestNormal * (expected.terms ?? 1) : 0
  let worst = 0
  expected.values.forEach((wanted, k) => {
    if (mayOverflow(format, expected, k)) return
    const [value, scale] = [given.values[k] as number, expected.scale[k] as number]
    if (expected.signedZeros && declared.signedZeros !== 'lost' && otherZero(value, wanted))
      throw new Error(`element ${k} of ${name} is a zero of the wrong sign`)
    const error = Math.max(0, distance(format, value, wanted) - flushed)
    if (error === 0) return
    const units = error / ulp(format, scale)
    if (!(error <= allowance(format, tolerance, scale)))
      throw new Error(
        `element ${k} of ${name} is ${value} where ${wanted} is expected: off by ${units.toPrecision(3)} ulp of ${scale.toPrecision(3)}, declared ${showTolerance(tolerance)}`,
      )
    worst = Math.max(worst, units)
  })
  return worst
}
