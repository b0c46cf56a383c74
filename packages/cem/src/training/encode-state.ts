import { type TweedieError, tweedieError } from '@tweedie/core'
import { decodeSafetensors, encodeSafetensors } from '@tweedie/nn'
import * as E from 'fp-ts/lib/Either.js'
import type { LossRecord, TrainingState } from './model.js'

/**
 * A training state as a safetensors file, in F64 (which holds every float32 number exactly). `about` describes the run it belongs to; reading
 * it with another description is refused, so a checkpoint is never gone on with under other settings.
 */
export const encodeTrainingState = ({ step, tensors, history }: TrainingState, about: string): Uint8Array =>
  encodeSafetensors(
    tensors.map(({ name, shape, data }) => [name, { shape, data }] as const),
    { about, step: String(step), history: JSON.stringify(history) },
  )

/** Left `InvalidModel` when the bytes are no training state, or belong to another run. */
export const decodeTrainingState = (bytes: Uint8Array, about: string): E.Either<TweedieError, TrainingState> => {
  const decoded = decodeSafetensors(bytes)
  if (E.isLeft(decoded)) return decoded
  const { tensors, metadata } = decoded.right
  const refuse = (what: string) =>
    E.left(tweedieError('InvalidModel', 'decodeTrainingState', what, 'Remove the file; the training then begins anew'))
  if (metadata.get('about') !== about) return refuse('the checkpoint belongs to a run with other settings')
  const step = Number(metadata.get('step'))
  const history = parse(metadata.get('history'))
  if (!Number.isSafeInteger(step) || step < 0 || history === undefined) return refuse('no step or history in it')
  return E.right({
    step,
    history,
    tensors: [...tensors].map(([name, { shape, data }]) => ({ name, shape, data: Float64Array.from(data as ArrayLike<number>) })),
  })
}

const parse = (text: string | undefined): readonly LossRecord[] | undefined => {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return Array.isArray(value) && value.every((each) => typeof each?.step === 'number' && typeof each?.loss === 'number')
      ? (value as LossRecord[])
      : undefined
  } catch {
    return undefined
  }
}
