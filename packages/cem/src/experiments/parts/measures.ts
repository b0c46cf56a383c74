import { tweedieError } from '@tweedie/core'
import type { Measure } from '../result.js'

/** What a number is of, and the paper's number where there is one. */
export interface MeasureOf extends Pick<Measure, 'quantity' | 'variant'> {
  readonly unit?: string | undefined
  readonly paper?: number | undefined
}

/**
 * A measured number of every seed: the first is `ours`, all are `perSeed` where there are several. Throws `NotFinite` for a NaN or an infinity,
 * which a result in JSON could not say.
 */
export const measure = ({ quantity, variant, unit, paper }: MeasureOf, values: readonly number[]): Measure => {
  for (const value of values)
    if (!Number.isFinite(value))
      throw tweedieError(
        'NotFinite',
        `measure '${quantity}' of ${variant}`,
        `${value}`,
        'Report what a diverged run left as another quantity',
      )
  const [ours] = values
  if (ours === undefined)
    throw tweedieError('InvalidArgument', `measure '${quantity}' of ${variant}`, 'no values', 'Give one per seed, at least one')
  return {
    quantity,
    variant,
    ...(unit !== undefined && { unit }),
    ours,
    ...(values.length > 1 && { perSeed: values }),
    ...(paper !== undefined && { paper }),
  }
}

export const mean = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i] as number
  return sum / values.length
}

/** The standard deviation of a sample (n − 1), NaN for fewer than two. */
export const deviation = (values: ArrayLike<number>): number => {
  const centre = mean(values)
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += ((values[i] as number) - centre) ** 2
  return Math.sqrt(sum / (values.length - 1))
}

/** The standard error of a mean, NaN for fewer than two values. */
export const standardError = (values: ArrayLike<number>): number => deviation(values) / Math.sqrt(values.length)
