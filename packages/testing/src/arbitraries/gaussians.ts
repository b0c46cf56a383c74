import type { HostMatrix } from '@tweedie/core'
import fc from 'fast-check'
import { covariances } from './covariances.js'
import { evenly, severalNumbers } from './numbers.js'

/** N(mean, covariance). */
export interface GaussianLaw {
  readonly mean: number[]
  /** [dimension, dimension], positive semidefinite, perhaps singular. */
  readonly covariance: HostMatrix
}

/** A Gaussian and its share of a mixture. */
export interface MixturePart extends GaussianLaw {
  readonly weight: number
}

/** Gaussians with means within 2 of 0 in every coordinate and covariances of every rank, 0 (a point) included. */
export const gaussians = (dimension: number): fc.Arbitrary<GaussianLaw> =>
  fc.record({
    mean: severalNumbers(dimension, -2, 2),
    covariance: covariances(dimension),
  })

/**
 * Mixtures of one to `components` Gaussians (4 when not given), singular ones and repeated ones among them. Weights are positive and not normalised:
 * of one size, or down to 1e-30 of another.
 */
export const mixtures = (dimension: number, { components = 4 }: { readonly components?: number } = {}): fc.Arbitrary<MixturePart[]> => {
  const weight = fc.oneof(
    evenly(0.1, 10),
    evenly(-30, 0).map((exponent) => 10 ** exponent),
  )
  const part = fc.tuple(gaussians(dimension), weight).map(([gaussian, share]): MixturePart => ({ ...gaussian, weight: share }))
  const parts = fc.array(part, { minLength: 1, maxLength: components })
  const repeated = fc.tuple(part, weight).map(([one, share]): MixturePart[] => [one, { ...one, weight: share }].slice(0, components))
  return fc.oneof({ weight: 4, arbitrary: parts }, repeated)
}
