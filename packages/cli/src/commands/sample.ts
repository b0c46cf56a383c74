import { type HostMatrix, key, type TweedieError, toTweedieError } from '@tweedie/core'
import { generate } from '@tweedie/density'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { readModelFolder } from '../model/model-folder.js'
import { writeTableRows } from '../model/model-table.js'
import { type BackendChoice, backendTask } from '../settings/backends.js'
import { tableFormat } from '../tables/format.js'
import type { World } from './world.js'

export interface SampleRequest extends BackendChoice {
  readonly folder: string
  readonly count: number
  readonly out: string
  readonly seed: number
}

/** `tweedie sample`: reads a model folder and writes a table of new rows. Row i depends on the model, the seed and i alone. */
export const sampleCommand = (
  { folder, count, out, seed, ...choice }: SampleRequest,
  { progress, signal }: World,
): TE.TaskEither<TweedieError, HostMatrix> =>
  pipe(
    TE.fromEither(tableFormat(out, 'write')),
    TE.chain(() =>
      backendTask(choice, progress.note, (B) =>
        pipe(
          readModelFolder(B, folder),
          TE.chain(({ config, generator }) => {
            const stage = progress.stage('samples', count, 'rows')
            return pipe(
              TE.tryCatch(
                () => generate(B, generator, { count, key: key(seed), signal, onProgress: ({ done }) => stage.update(done) }),
                (thrown) =>
                  toTweedieError(thrown, {
                    tag: 'InvalidModel',
                    where: folder,
                    what: 'the model gives no samples',
                    mend: 'Fit it again',
                  }),
              ),
              TE.chainFirst((samples) => writeTableRows(out, config, samples, { signal })),
              TE.map((samples) => {
                stage.done()
                return samples
              }),
            )
          }),
        ),
      ),
    ),
  )
