import { type TweedieError, tweedieError } from '@tweedie/core'

/**
 * What a GPU says went wrong, which is always after the call that caused it: the device is gone, its memory was full, or it refused a command. What was
 * submitted together with a failed command was dropped, so tensors hold zeros or old numbers: nothing that was computed since can be trusted.
 */
export interface Failure {
  readonly kind: 'lost' | 'memory' | 'refused'
  /** What the device said of it; may be empty. */
  readonly said: string
}

/** The device is gone. */
export const deviceLost = (where: string, said: string): TweedieError<'DeviceLost'> =>
  tweedieError(
    'DeviceLost',
    where,
    `the GPU device is lost${quoted(said)}`,
    'Make the backend again, or go on with wasm() from the last checkpoint',
  )

/** A failure as the error of the operation that met it. */
export const failureError = (where: string, { kind, said }: Failure): TweedieError => {
  if (kind === 'lost') return deviceLost(where, said)
  if (kind === 'memory')
    return tweedieError(
      'OutOfMemory',
      where,
      `the memory of the GPU is full${quoted(said)}`,
      'Free tensors or use smaller ones (a smaller chunk or batch), and make the backend again: what it computed since cannot be trusted',
    )
  return tweedieError(
    'Unsupported',
    where,
    `the GPU refused a command${quoted(said)}`,
    'Make the backend again: what it computed since cannot be trusted. If only operations of Tweedie ran on it, report it',
  )
}

/** The first line of what the device said, in brackets. */
const quoted = (said: string): string => {
  const [line = ''] = said.trim().split('\n')
  return line === '' ? '' : ` (${line.replace(/\.$/, '')})`
}
