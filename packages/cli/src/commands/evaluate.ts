import { key, type TweedieError, toTweedieError, tweedieError } from '@tweedie/core'
import { evaluateSamples } from '@tweedie/metrics'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { halves } from '../pipeline/split.js'
import { type NumericTable, readTable, toNumericTable } from '../tables/index.js'
import { type EvaluateOutcome, evaluationText } from './evaluation-text.js'
import type { World } from './world.js'

export interface EvaluateRequest {
  /** Real rows that the generator has not seen; or all real rows, when `training` is not given. */
  readonly real: string
  readonly generated: string
  /** The rows that the generator was fitted to. */
  readonly training?: string
  readonly json: boolean
  readonly seed: number
}

/**
 * `tweedie evaluate`: every metric of generated rows against real rows, and of training rows against the same as the floor. Without a
 * file of training rows the real rows are halved at random: one half stands for training rows, the other is held out.
 */
export const evaluateCommand = (request: EvaluateRequest, { print, signal }: World): TE.TaskEither<TweedieError, EvaluateOutcome> =>
  pipe(
    TE.Do,
    TE.bind('real', () => numericTable(request.real, undefined, signal)),
    TE.bind('generated', ({ real }) => numericTable(request.generated, real.names, signal)),
    TE.bind('training', ({ real }) =>
      request.training === undefined ? TE.right(undefined) : numericTable(request.training, real.names, signal),
    ),
    TE.chainEitherK(({ real, generated, training }) => measure(request, real, generated, training)),
    TE.map((outcome) => {
      print(request.json ? JSON.stringify(outcome, undefined, 2) : evaluationText(outcome))
      return outcome
    }),
  )

/** The numeric columns of a table: all of them, or those named, in that order. */
const numericTable = (
  path: string,
  columns: readonly string[] | undefined,
  signal: AbortSignal,
): TE.TaskEither<TweedieError, NumericTable> => {
  const selection = columns === undefined ? {} : { columns }
  return pipe(
    readTable(path, { ...selection, signal }),
    TE.chainEitherK((raw) => toNumericTable(raw, selection)),
  )
}

const measure = (
  request: EvaluateRequest,
  real: NumericTable,
  generated: NumericTable,
  training: NumericTable | undefined,
): E.Either<TweedieError, EvaluateOutcome> =>
  E.tryCatch(
    () => {
      const keyOf = key(request.seed)
      if (training === undefined && real.matrix.rows < 4)
        throw tweedieError(
          'InvalidTable',
          request.real,
          `${real.matrix.rows} rows cannot be halved`,
          'Give at least 4 real rows, or the training rows with --train',
        )
      const [trained, heldOut] = training === undefined ? halves(real.matrix, keyOf) : [training.matrix, real.matrix]
      return {
        real: request.real,
        generated: request.generated,
        training: request.training ?? `a random half of ${request.real}`,
        columns: real.names,
        evaluation: evaluateSamples(heldOut, trained, generated.matrix, { key: keyOf }),
      }
    },
    (thrown) =>
      toTweedieError(thrown, {
        tag: 'InvalidTable',
        where: request.generated,
        what: 'the tables cannot be compared',
        mend: 'Compare tables of the same columns',
      }),
  )
