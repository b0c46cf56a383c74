import { tweedieError } from '@tweedie/core'

/** Refuses a mini-batch that is larger than the rows there are to draw from. */
export const requireMiniBatch = (size: number | undefined, rows: number): void => {
  if (size !== undefined && size > rows)
    throw tweedieError(
      'InvalidArgument',
      '--mini-batch',
      `a mini-batch of ${size} out of ${rows} training rows`,
      `Use at most ${rows}, or leave the option out to use all rows`,
    )
}
