import { join } from 'node:path'
import { type Backend, fold, type HostMatrix, key, type TweedieError, takeRows, toTweedieError, tweedieError } from '@tweedie/core'
import { bandwidthFor, bestSettings, type ConditionalSamples, conditionalSamples, exactRows, localSpread, toValues } from '@tweedie/density'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { modelFiles } from '../model/config.js'
import { type ModelFolder, readModelFolder } from '../model/model-folder.js'
import { writeTableRows } from '../model/model-table.js'
import { processOf } from '../pipeline/stages.js'
import { backendTask } from '../settings/backends.js'
import { solvers } from '../settings/names.js'
import { tableFormat } from '../tables/format.js'
import { type Conditioned, conditionScores, type GivenValues, parseGiven } from './given.js'
import type { SampleRequest } from './sample.js'
import type { World } from './world.js'

export interface SampleGivenRequest extends SampleRequest {
  /** Conditions, each `column=value` in the units of the table. */
  readonly given: readonly string[]
  /** Of the kernel about the conditions, in scores; by `exactRows` and `bandwidthFor` when left out. */
  readonly bandwidth?: number
}

/** Fewer effective rows than this deserve a warning. */
const FEW = 50

/**
 * `tweedie sample --given`: rows of p(others | given) without training, from the rows that the model folder keeps, by its own flow. The given columns come
 * back exactly as given. Row i depends on the model, the conditions, the seed and i alone.
 */
export const sampleGivenCommand = (request: SampleGivenRequest, world: World): TE.TaskEither<TweedieError, HostMatrix> => {
  const { folder, out, given, backend, threads } = request
  return pipe(
    TE.fromEither(tableFormat(out, 'write')),
    TE.chain(() =>
      backendTask({ backend, ...(threads !== undefined && { threads }) }, world.progress.note, (B) =>
        pipe(
          TE.Do,
          TE.bind('model', () => readModelFolder(B, folder)),
          TE.bind('values', ({ model }) => TE.fromEither(parseGiven(model.config, given))),
          TE.bind('conditioned', ({ model, values }) => TE.fromEither(condition(folder, model, values))),
          TE.bind('found', ({ model, conditioned }) => draw(B, request, model, conditioned, world)),
          TE.map(({ model, values, found }) => ({ model, table: inTable(model, values, found.samples), found })),
          TE.chainFirst(({ model, table }) => writeTableRows(out, model.config, table, { signal: world.signal })),
          TE.map(({ table, found }) => {
            report(found, world)
            return table
          }),
        ),
      ),
    ),
  )
}

const condition = <N>(
  folder: string,
  { config, generator, cloud }: ModelFolder<N>,
  values: GivenValues,
): E.Either<TweedieError, Conditioned> =>
  cloud === undefined || generator.columns === undefined
    ? E.left(
        tweedieError(
          'InvalidModel',
          join(folder, modelFiles.cloud),
          'the folder does not keep its training rows, which a condition weighs',
          'Fit again, or sample without --given',
        ),
      )
    : conditionScores(config.columns, generator.columns, cloud, values)

const draw = <N>(
  B: Backend<N>,
  { folder, count, seed, bandwidth: asked }: SampleGivenRequest,
  { config }: ModelFolder<N>,
  { cloud, given }: Conditioned,
  { progress, signal }: World,
): TE.TaskEither<TweedieError, ConditionalSamples> =>
  TE.tryCatch(
    async () => {
      const stage = progress.stage('samples', count, 'rows')
      const { rows, rest } = asked === undefined ? exactRows(cloud, given) : { rows: undefined, rest: given }
      const near = rows === undefined ? cloud : takeRows(cloud, rows)
      const bandwidth = asked ?? (Object.keys(rest).length === 0 ? 0 : bandwidthFor(near, rest))
      const smooth = spreadFor(config, near, seed)
      const found = await conditionalSamples(B, smooth, {
        ...processOf(config.settings),
        solver: solvers[config.settings.solver],
        given,
        count,
        bandwidth,
        key: key(seed),
        signal,
        onProgress: ({ done }) => stage.update(done),
      })
      stage.done()
      // Of spread rows, as many training rows as they stand for.
      return { ...found, effectiveSampleSize: (found.effectiveSampleSize * near.rows) / smooth.rows }
    },
    (thrown) => toTweedieError(thrown, { tag: 'InvalidModel', where: folder, what: 'the model gives no samples', mend: 'Fit it again' }),
  )

/** Under preset `best` the rows spread along the data, as for its labels: its floor is too small to make rows of the cloud into new ones. */
const spreadFor = ({ settings, chosen }: ModelFolder<unknown>['config'], cloud: HostMatrix, seed: number): HostMatrix =>
  settings.preset === 'best' && cloud.rows > 1
    ? localSpread(cloud, {
        count: Math.max(bestSettings.cloud, cloud.rows),
        spread: chosen?.spread ?? bestSettings.spread,
        key: fold(key(seed), 0),
      })
    : cloud

/** Rows in the units of the table, the given columns as they were given. */
const inTable = <N>({ generator: { columns: maps } }: ModelFolder<N>, values: GivenValues, samples: HostMatrix): HostMatrix => {
  const table = maps === undefined ? samples : toValues(maps, samples)
  return { ...table, data: table.data.map((value, at) => values.get(at % table.columns) ?? value) }
}

const report = ({ effectiveSampleSize, bandwidth, warning }: ConditionalSamples, { progress }: World): void => {
  const kernel = bandwidth === 0 ? 'rows with exactly these values' : `bandwidth ${bandwidth.toPrecision(3)} in scores`
  progress.note(`the condition rests on ${effectiveSampleSize.toPrecision(3)} effective training rows (${kernel})`)
  if (warning !== undefined || effectiveSampleSize < FEW)
    progress.note(
      `warning: few training rows are near the condition${warning ? `: ${warning.what}` : ''}; give fewer columns, or a larger --bandwidth`,
    )
}
