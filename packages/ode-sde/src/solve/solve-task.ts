import { type Backend, type TweedieError, toTweedieError } from '@tweedie/core'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Term } from '../term/term.js'
import { nameOf } from './options.js'
import { type Solution, type SolveOptions, solve } from './solve.js'

/** `solve` as a value that does not throw: run it to get `Right(solution)` or `Left(error)`. */
export const solveTask = <N>(B: Backend<N>, term: Term<N>, options: SolveOptions<N>): TE.TaskEither<TweedieError, Solution<N>> =>
  TE.tryCatch(
    () => solve(B, term, options),
    (thrown) =>
      toTweedieError(thrown, {
        tag: 'SolverFailure',
        where: nameOf(term, options),
        what: 'a function of the term failed',
        mend: 'Mend the field or the term; the cause is attached',
      }),
  )
