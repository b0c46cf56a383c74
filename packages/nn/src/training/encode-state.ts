import { type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import { decodeSafetensors } from '../weights/decode.js'
import { encodeSafetensors } from '../weights/encode.js'
import type { Losses, TrainingState } from './training-state.js'

/**
 * A training state as a safetensors file, in F64 (which holds every float32 number exactly). `about` describes the run it belongs to; reading
 * it with another description is refused, so a checkpoint is never gone on with under other settings.
 */
export const encodeTrainingState = <Look>({ step, tensors, history }: TrainingState<Look>, about: string): Uint8Array =>
  encodeSafetensors(
    tensors.map(({ name, shape, data }) => [name, { shape, data }] as const),
    { about, step: String(step), history: JSON.stringify(history) },
  )

/** Reads the training states whose history has looks of a kind. */
export const trainingStateDecoder =
  <Look>(isLook: (value: Readonly<Partial<Record<string, unknown>>>) => boolean) =>
  (bytes: Uint8Array, about: string): E.Either<TweedieError, TrainingState<Look>> => {
    const decoded = decodeSafetensors(bytes)
    if (E.isLeft(decoded)) return decoded
    const { tensors, metadata } = decoded.right
    const refuse = (what: string) =>
      E.left(tweedieError('InvalidModel', 'decodeTrainingState', what, 'Remove the file; the training then begins anew'))
    if (metadata.get('about') !== about) return refuse('the checkpoint belongs to a run with other settings')
    const step = Number(metadata.get('step'))
    const history = parse(metadata.get('history'))
    if (!Number.isSafeInteger(step) || step < 0 || history?.every(isLook) !== true) return refuse('no step or history in it')
    return E.right({
      step,
      history: history as unknown as readonly Look[],
      tensors: [...tensors].map(([name, { shape, data }]) => ({ name, shape, data: Float64Array.from(data as ArrayLike<number>) })),
    })
  }

/** Left `InvalidModel` when the bytes are no training state of `train`, or belong to another run. */
export const decodeTrainingState: (bytes: Uint8Array, about: string) => E.Either<TweedieError, TrainingState> =
  trainingStateDecoder<Losses>(
    ({ step, trainLoss, validationLoss }) =>
      typeof step === 'number' && typeof trainLoss === 'number' && (validationLoss === undefined || typeof validationLoss === 'number'),
  )

const parse = (text: string | undefined): readonly Record<string, unknown>[] | undefined => {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return Array.isArray(value) && value.every((each) => typeof each === 'object' && each !== null) ? value : undefined
  } catch {
    return undefined
  }
}
