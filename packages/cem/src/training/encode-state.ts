import type { TweedieError } from '@tweedie/core'
import { encodeTrainingState, trainingStateDecoder } from '@tweedie/nn'
import type * as E from 'fp-ts/lib/Either.js'
import type { LossRecord, TrainingState } from './model.js'

export { encodeTrainingState }

/** Left `InvalidModel` when the bytes are no training state, or belong to another run. */
export const decodeTrainingState: (bytes: Uint8Array, about: string) => E.Either<TweedieError, TrainingState> =
  trainingStateDecoder<LossRecord>(({ step, loss }) => typeof step === 'number' && typeof loss === 'number')
