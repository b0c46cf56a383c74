import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { type TweedieError, throwIfAborted, toTweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { readBytes, type Staging, stageDirectory } from '../files/index.js'
import { type ModelConfig, modelFiles, sha256 } from '../model/config.js'
import { replaceable } from '../model/model-folder.js'
import { completeSettings, type FitOutcome, runFit } from '../pipeline/run.js'
import { type Split, split } from '../pipeline/split.js'
import { keysOf } from '../pipeline/stages.js'
import type { CompleteSettings, FitSettings } from '../settings/settings.js'
import { type NumericTable, readTable, toNumericTable, writeTable } from '../tables/index.js'
import { version } from '../version.js'
import { drawReport, reportNumbers } from './fit-report.js'
import type { World } from './world.js'

/** `tweedie fit` with its options read and checked. */
export interface FitRequest {
  readonly out: string
  readonly columns?: readonly string[]
  readonly drop?: readonly string[]
  readonly force: boolean
  readonly settings: FitSettings
  /** The command line that repeats the run. */
  readonly command: string
  /** What the report is called; the file's name when not given. */
  readonly title?: string
}

/** `tweedie fit`: reads the table, runs the main job, writes the model folder whole or not at all. */
export const fitCommand = (request: FitRequest & { readonly table: string }, world: World): TE.TaskEither<TweedieError, FitOutcome> =>
  pipe(
    TE.Do,
    TE.bind('raw', () => readTable(request.table, { ...selection(request), signal: world.signal })),
    TE.bind('bytes', () => readBytes(request.table, { signal: world.signal })),
    TE.bind('table', ({ raw }) => TE.fromEither(toNumericTable(raw, selection(request)))),
    TE.chain(({ table, bytes }) => fitTable(request, { path: request.table, sha256: sha256(bytes) }, table, world)),
  )

/** The same from a table that has been read. */
export const fitTable = (
  request: FitRequest,
  source: ModelConfig['source'],
  table: NumericTable,
  world: World,
): TE.TaskEither<TweedieError, FitOutcome> =>
  pipe(
    TE.fromEither(prepare(request, table)),
    TE.chain(({ parts, settings }) => {
      const run = { source, columns: table.names, settings }
      return pipe(
        makeParents(request.out),
        TE.chain(() => stageDirectory(request.out, { owns: replaceable(request.out, run, request.force) })),
        TE.chain((staging) => settle(staging, fillFolder(staging, table, parts, run, request, world))),
      )
    }),
  )

const selection = ({ columns, drop }: FitRequest) => ({ ...(columns && { columns }), ...(drop && { drop }) })

/** Splits the rows and completes the settings: everything that can be refused before the work begins is refused here. */
const prepare = (
  { settings }: FitRequest,
  { matrix }: NumericTable,
): E.Either<TweedieError, { parts: Split; settings: CompleteSettings }> =>
  E.tryCatch(
    () => {
      const parts = split(matrix, settings.testFraction, keysOf(settings.seed).split)
      return { parts, settings: completeSettings(settings, matrix, parts.training.rows) }
    },
    (thrown) => thrown as TweedieError,
  )

const makeParents = (out: string): TE.TaskEither<TweedieError, unknown> =>
  TE.tryCatch(
    () => mkdir(dirname(resolve(out)), { recursive: true }),
    (thrown) =>
      toTweedieError(thrown, {
        tag: 'FileError',
        where: out,
        what: 'the folder cannot be made',
        mend: 'Name a folder in a place that you may write to',
      }),
  )

/** Commits when the work came through, rolls back when it did not. */
const settle = <A>(staging: Staging, work: TE.TaskEither<TweedieError, A>): TE.TaskEither<TweedieError, A> =>
  pipe(
    work,
    TE.chainFirst(() => staging.commit()),
    TE.orElse((error) =>
      pipe(
        staging.rollback(),
        TE.chain(() => TE.left(error)),
      ),
    ),
  )

const fillFolder = (
  staging: Staging,
  { matrix, names, leftOut }: NumericTable,
  parts: Split,
  run: Pick<ModelConfig, 'source' | 'columns' | 'settings'>,
  request: FitRequest,
  world: World,
): TE.TaskEither<TweedieError, FitOutcome> => {
  for (const { name, why } of leftOut) world.progress.note(`left out: ${name} (${why})`)
  const table = (file: string, rows: typeof matrix) => writeTable(staging.file(file), names, rows, { signal: world.signal })
  return pipe(
    attempt(run.source.path, () => runFit(matrix, parts, names, run.settings, world.progress, world.signal)),
    TE.chainFirst((outcome) => table(modelFiles.samples, outcome.samples)),
    TE.chainFirst((outcome) => table(modelFiles.training, outcome.training)),
    TE.chainFirst((outcome) => table(modelFiles.heldOut, outcome.heldOut)),
    TE.chainFirst((outcome) =>
      attempt(request.out, async () => {
        const config: ModelConfig = {
          format: 'tweedie-model',
          version: 1,
          tweedie: version,
          command: request.command,
          ...run,
          leftOut,
          rows: { training: outcome.training.rows, heldOut: outcome.heldOut.rows },
          weights: { sha256: sha256(outcome.weights) },
        }
        const about = { title: request.title ?? basename(run.source.path), config, names, outcome }
        await writeFile(staging.file(modelFiles.weights), outcome.weights)
        await writeFile(staging.file(modelFiles.config), `${JSON.stringify(config, undefined, 2)}\n`)
        await writeFile(staging.file(modelFiles.numbers), `${JSON.stringify(reportNumbers(about), undefined, 2)}\n`)
        const { page, picture } = await drawReport(about)
        await writeFile(staging.file(modelFiles.page), page)
        await writeFile(staging.file(modelFiles.picture), picture)
        throwIfAborted(world.signal, 'fit')
      }),
    ),
  )
}

const attempt = <A>(where: string, work: () => Promise<A>): TE.TaskEither<TweedieError, A> =>
  TE.tryCatch(work, (thrown) =>
    toTweedieError(thrown, { tag: 'FileError', where, what: 'the job failed', mend: 'See the cause; if it is not clear, report it' }),
  )
