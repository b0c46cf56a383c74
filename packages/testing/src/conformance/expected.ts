import type { Shape } from '@tweedie/core'
import type { HostTensor } from './host-tensor.js'

/**
 * What a call has to give, and how well it can: an error is measured in units in the last place of `scale`, the size of the numbers whose
 * rounding the result cannot escape. Where a result cannot lose digits the scale is its own magnitude.
 */
export interface Expected {
  readonly shape: Shape
  readonly values: readonly number[]
  readonly scale: readonly number[]
  /** The largest magnitude on the way. Where it nears the largest number of the type an element is not judged: it may overflow. */
  readonly reach?: readonly number[]
  /** The sign of a zero is part of the result. */
  readonly signedZeros?: true
  /** How many numbers are added up in one element, each of which may underflow; 1 when not given. */
  readonly terms?: number
  /** Nothing was reduced, so an infinity is the agreed result and no fault. */
  readonly emptyAxis?: boolean
}

/** One result, or several by name. */
export type Outcome = Expected | Readonly<Record<string, Expected>>

export const isExpected = (outcome: Outcome): outcome is Expected => Array.isArray(outcome.values)

/** A result as good as its own magnitude. */
export const relative = ({ shape, data }: Pick<HostTensor, 'shape' | 'data'>): Expected => ({
  shape,
  values: data,
  scale: data.map((value) => (Number.isFinite(value) ? Math.abs(value) : 0)),
})

/** The same with the sign of zeros: of operations that IEEE 754 defines to the last bit, or that only move numbers. */
export const bits = (x: Pick<HostTensor, 'shape' | 'data'>): Expected => ({ ...relative(x), signedZeros: true })

/** One element with its scale. */
export interface Element {
  readonly value: number
  readonly scale: number
  readonly reach?: number
}

export const fromElements = (shape: Shape, elements: readonly Element[]): Expected => ({
  shape,
  values: elements.map(({ value }) => value),
  scale: elements.map(({ scale }) => scale),
  reach: elements.map(({ scale, reach = scale }) => reach),
})
