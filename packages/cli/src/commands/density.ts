import { fold, type HostMatrix, hostMatrix, key, type TweedieError, toTweedieError } from '@tweedie/core'
import type { LogDensities } from '@tweedie/density'
import { areaUnderRoc } from '@tweedie/metrics'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { readModelFolder } from '../model/model-folder.js'
import { type BackendChoice, backendTask } from '../settings/backends.js'
import { oneOf, parseBackend, wholeNumber } from '../settings/parse-settings.js'
import { tableFormat } from '../tables/format.js'
import { type RawTable, readTable, writeTable } from '../tables/index.js'
import { type DensityMethod, type DensityUnits, densityMethods, densityOf, densityUnits } from './density-methods.js'
import { modelRows, type TwoLabels, twoLabels } from './density-rows.js'
import { densityText, type Separation } from './density-text.js'
import type { World } from './world.js'

export interface DensityRequest extends BackendChoice {
  readonly folder: string
  readonly table: string
  readonly method: DensityMethod
  readonly units: DensityUnits
  /** Where to write the rows' densities; nowhere when left out. */
  readonly out?: string
  /** A column of two values, of which one marks anomalies. */
  readonly label?: string
  readonly seed: number
}

/** The options of `density` as the command line gives them. */
export interface DensityText {
  readonly method: string
  readonly units: string
  readonly out?: string
  readonly label?: string
  readonly seed: string
  readonly backend: string
  readonly threads?: string
}

/** Reads and checks the options; the first that is wrong is the left side, a `Usage` error naming it. */
export const parseDensity = (given: DensityText): E.Either<TweedieError, Omit<DensityRequest, 'folder' | 'table'>> =>
  E.tryCatch(
    () => {
      return {
        method: oneOf('--method', given.method, densityMethods) as DensityMethod,
        units: oneOf('--units', given.units, densityUnits) as DensityUnits,
        seed: wholeNumber('--seed', given.seed, 0) as number,
        ...parseBackend(given),
        ...(given.out !== undefined && { out: given.out }),
        ...(given.label !== undefined && { label: given.label }),
      }
    },
    (thrown) => thrown as TweedieError,
  )

/**
 * `tweedie density`: ln p of every row of a table under a model folder, a summary, and with `out` a table of row, log_density, anomaly_score (−ln p) and
 * anomaly_rank (1 is the least likely), and standard_error where there is one. −∞ is written as the least number there is.
 */
export const densityCommand = (request: DensityRequest, world: World): TE.TaskEither<TweedieError, LogDensities> => {
  const { folder, table, method, units, out, label, seed, ...choice } = request
  const { progress, signal, print } = world
  return pipe(
    TE.fromEither(out === undefined ? E.right(undefined) : tableFormat(out, 'write')),
    TE.chain(() =>
      backendTask(choice, progress.note, (B) =>
        pipe(
          TE.Do,
          TE.bind('model', () => readModelFolder(B, folder)),
          TE.bind('raw', () => readTable(table, { ...(label !== undefined && { label }), missing: 'keep', signal })),
          TE.bind('rows', ({ model, raw }) => TE.fromEither(modelRows(raw, model.config, fold(key(seed), 2)))),
          TE.bind('labels', ({ raw }) => TE.fromEither(label === undefined ? E.right(undefined) : twoLabels(raw, label))),
          TE.bind('method', ({ model }) => TE.fromEither(densityOf(B, folder, model, method, units, seed))),
          TE.bind('found', ({ method: { density, free }, rows }) => {
            const stage = progress.stage('densities', rows.rows, 'rows')
            return TE.tryCatch(
              async () => {
                try {
                  return await density(rows, { signal, onProgress: ({ done }) => stage.update(done) })
                } finally {
                  free()
                  stage.done()
                }
              },
              (thrown) =>
                toTweedieError(thrown, { tag: 'InvalidModel', where: folder, what: 'the model gives no density', mend: 'Fit it again' }),
            )
          }),
          TE.chainFirst(({ found }) => (out === undefined ? TE.right(undefined) : writeTable(out, ...asTable(found), { signal }))),
          TE.map(({ found, raw, labels }) => {
            print(densityText(found, ascending(found.logDensity), units, locator(raw), labels && separation(labels, found)))
            return found
          }),
        ),
      ),
    ),
  )
}

const locator =
  ({ locate }: RawTable) =>
  (row: number): string =>
    locate(row)

/** Row numbers from the least likely on; equal ones in the order of the table. */
const ascending = (logDensity: Float64Array): Uint32Array =>
  Uint32Array.from(logDensity.keys()).sort((a, b) => {
    const [p, q] = [logDensity[a] as number, logDensity[b] as number]
    return p === q ? a - b : p < q ? -1 : 1
  })

const asTable = ({ logDensity, standardError }: LogDensities): readonly [names: readonly string[], rows: HostMatrix] => {
  const ranks = new Float64Array(logDensity.length)
  ascending(logDensity).forEach((row, rank) => {
    ranks[row] = rank + 1
  })
  const written = logDensity.map((value) => Math.max(value, -Number.MAX_VALUE))
  const columns = {
    row: written.map((_, i) => i + 1),
    log_density: written,
    ...(standardError && { standard_error: standardError.map((value) => Math.min(value, Number.MAX_VALUE)) }),
    anomaly_score: written.map((value) => -value),
    anomaly_rank: ranks,
  }
  const lists = Object.values(columns)
  const data = Array.from(written, (_, i) => lists.map((list) => list[i] as number)).flat()
  return [Object.keys(columns), hostMatrix(data, written.length, lists.length)]
}

const separation = ({ column, anomaly, isAnomaly }: TwoLabels, { logDensity }: LogDensities): Separation => {
  const scores = (wanted: boolean): Float64Array => logDensity.filter((_, row) => isAnomaly(row) === wanted).map((value) => -value)
  const [anomalies, others] = [scores(true), scores(false)]
  return { column, anomaly, anomalies: anomalies.length, others: others.length, ...areaUnderRoc(anomalies, others) }
}
