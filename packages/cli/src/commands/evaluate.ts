import { fold, type HostMatrix, key, type TweedieError, toTweedieError, tweedieError } from '@tweedie/core'
import { evaluateSamples } from '@tweedie/metrics'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { halves } from '../pipeline/split.js'
import { type MixedTable, readTable, toMixedTable } from '../tables/index.js'
import { type Comparable, comparable } from './comparable.js'
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
 * file of training rows the real rows are halved at random: one half stands for training rows, the other is held out. Text is compared as categories.
 */
export const evaluateCommand = (request: EvaluateRequest, { print, signal }: World): TE.TaskEither<TweedieError, EvaluateOutcome> =>
  pipe(
    TE.Do,
    TE.bind('real', () => mixedTable(request.real, undefined, signal)),
    TE.bind('generated', ({ real }) => mixedTable(request.generated, namesOf(real), signal)),
    TE.bind('training', ({ real }) =>
      request.training === undefined ? TE.right(undefined) : mixedTable(request.training, namesOf(real), signal),
    ),
    TE.bind('tables', ({ real, generated, training }) =>
      TE.fromEither(comparable([real, generated, ...(training === undefined ? [] : [training])], fold(key(request.seed), CODEC))),
    ),
    TE.chainEitherK(({ tables }) => measure(request, tables)),
    TE.map((outcome) => {
      print(request.json ? JSON.stringify(outcome, undefined, 2) : evaluationText(outcome))
      return outcome
    }),
  )

/** A key of its own for the codec; the others are folded with small numbers. */
const CODEC = 2 ** 40

const namesOf = ({ columns }: MixedTable): readonly string[] => columns.map(({ name }) => name)

/** The columns of a table: all of them, or those named, in that order. */
const mixedTable = (path: string, columns: readonly string[] | undefined, signal: AbortSignal): TE.TaskEither<TweedieError, MixedTable> => {
  const selection = { ...(columns && { columns }), missing: 'keep' as const }
  return pipe(
    readTable(path, { ...selection, signal }),
    TE.chainEitherK((raw) => toMixedTable(raw, selection)),
  )
}

const measure = (
  request: EvaluateRequest,
  { names, matrices: [real, generated, training], leftOut }: Comparable,
): E.Either<TweedieError, EvaluateOutcome> =>
  E.tryCatch(
    () => {
      const keyOf = key(request.seed)
      const [realRows, generatedRows] = [real as HostMatrix, generated as HostMatrix]
      if (training === undefined && realRows.rows < 4)
        throw tweedieError(
          'InvalidTable',
          request.real,
          `${realRows.rows} rows cannot be halved`,
          'Give at least 4 real rows, or the training rows with --train',
        )
      const [trained, heldOut] = training === undefined ? halves(realRows, keyOf) : [training, realRows]
      return {
        real: request.real,
        generated: request.generated,
        training: request.training ?? `a random half of ${request.real}`,
        columns: names,
        leftOut,
        evaluation: evaluateSamples(heldOut, trained, generatedRows, { key: keyOf }),
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
