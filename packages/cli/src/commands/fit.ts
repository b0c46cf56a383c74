import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { type TweedieError, throwIfAborted, toTweedieError } from '@tweedie/core'
import { codecNotes, encodeCloud, takeCells } from '@tweedie/density'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { readBytes, type Staging, stageDirectory } from '../files/index.js'
import { type ModelConfig, modelFiles, type Run, sha256 } from '../model/config.js'
import { replaceable } from '../model/model-folder.js'
import { writeTableRows } from '../model/model-table.js'
import { type PreparedTable, prepareTable } from '../pipeline/prepare-table.js'
import { completeSettings, type FitOutcome, runFit } from '../pipeline/run.js'
import type { CompleteSettings, FitSettings } from '../settings/settings.js'
import { findColumn } from '../tables/columns.js'
import { type MixedTable, readTable, toMixedTable, writeColumns } from '../tables/index.js'
import { version } from '../version.js'
import { drawReport, reportNumbers } from './fit-report.js'
import type { World } from './world.js'

/** `tweedie fit` with its options read and checked. */
export interface FitRequest {
  readonly out: string
  readonly columns?: readonly string[]
  readonly drop?: readonly string[]
  /** Columns of numbers or dates to be learnt as categories. */
  readonly categories?: readonly string[]
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
    TE.bind('table', ({ raw }) => TE.fromEither(toMixedTable(raw, selection(request)))),
    TE.bind('categories', ({ raw }) =>
      TE.fromEither(E.traverseArray((wanted: string) => findColumn(raw.names, wanted, raw.source))(request.categories ?? [])),
    ),
    TE.chain(({ raw, table, bytes, categories }) => {
      const named = { ...request, categories: categories.map((index) => raw.names[index] as string) }
      return fitTable(named, { path: request.table, sha256: sha256(bytes) }, table, world)
    }),
  )

/** The same from a table that has been read. */
export const fitTable = (
  request: FitRequest,
  source: ModelConfig['source'],
  table: MixedTable,
  world: World,
): TE.TaskEither<TweedieError, FitOutcome> =>
  pipe(
    TE.fromEither(prepare(request, table)),
    TE.chain(({ prepared, settings }) => {
      const { codec } = prepared
      const run = { source, columns: codec.names, codec, settings }
      return pipe(
        makeParents(request.out),
        TE.chain(() => stageDirectory(request.out, { owns: replaceable(request.out, run, request.force) })),
        TE.chain((staging) => settle(staging, fillFolder(staging, prepared, run, request, world))),
      )
    }),
  )

const selection = ({ columns, drop }: FitRequest) => ({ ...(columns && { columns }), ...(drop && { drop }), missing: 'keep' as const })

/** Splits the rows, finds out what the columns are and completes the settings: everything that can be refused before the work begins is refused here. */
const prepare = (
  { settings, categories = [] }: FitRequest,
  table: MixedTable,
): E.Either<TweedieError, { prepared: PreparedTable; settings: CompleteSettings }> =>
  E.tryCatch(
    () => {
      const prepared = prepareTable(table, settings, categories)
      return { prepared, settings: completeSettings(settings, prepared.matrix, prepared.parts.training.rows) }
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
  { codec, columns, leftOut, matrix, rows, parts, settle: settled }: PreparedTable,
  run: Run,
  request: FitRequest,
  world: World,
): TE.TaskEither<TweedieError, FitOutcome> => {
  for (const { name, why } of leftOut) world.progress.note(`left out: ${name} (${why})`)
  for (const note of codecNotes(codec)) world.progress.note(note)
  const { names } = codec
  const part = (file: string, indices: Uint32Array) =>
    writeColumns(staging.file(file), takeCells(columns, indices), { signal: world.signal })
  return pipe(
    attempt(run.source.path, () => runFit(matrix, parts, names, run.settings, world.progress, world.signal, settled)),
    TE.chainFirst(({ drawn }) => writeTableRows(staging.file(modelFiles.samples), run, drawn, { signal: world.signal })),
    TE.chainFirst(() => part(modelFiles.training, rows.training)),
    TE.chainFirst(() => part(modelFiles.heldOut, rows.heldOut)),
    TE.chainFirst((outcome) =>
      attempt(request.out, async () => {
        const cloud = encodeCloud(outcome.cloud)
        const config: ModelConfig = {
          format: 'tweedie-model',
          version: 1,
          tweedie: version,
          command: request.command,
          ...run,
          leftOut,
          rows: { training: outcome.training.rows, heldOut: outcome.heldOut.rows },
          ...(outcome.chosen && { chosen: { spread: outcome.chosen.spread, step: outcome.chosen.step } }),
          weights: { sha256: sha256(outcome.weights) },
          cloud: { sha256: sha256(cloud) },
        }
        const about = { title: request.title ?? basename(run.source.path), config, names, outcome }
        await writeFile(staging.file(modelFiles.weights), outcome.weights)
        await writeFile(staging.file(modelFiles.cloud), cloud)
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
