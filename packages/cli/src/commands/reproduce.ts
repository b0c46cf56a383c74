import { constants } from 'node:fs'
import { access, mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Reproduction } from '@tweedie/cem'
import { type Backend, isTweedieError, type TweedieError, throwIfAborted, toTweedieError, tweedieError } from '@tweedie/core'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { fileError } from '../files/file-error.js'
import { dataFile } from '../reproduce/data-file.js'
import type { StoredExperiment } from '../reproduce/experiment-folder.js'
import { identityOf } from '../reproduce/identity.js'
import { type Plan, planFor } from '../reproduce/plan.js'
import type { ReproduceRequest } from '../reproduce/request.js'
import { runExperiment, storeFolder } from '../reproduce/run-experiment.js'
import { needOwnReport, writeReport } from '../reproduce/write-report.js'
import { withBackend } from '../settings/backends.js'
import type { World } from './world.js'

/**
 * `tweedie reproduce`: runs experiments of the paper into a folder, with a store of trained models that outlives an interruption, and writes the report
 * of all that the folder holds. Gives the experiments on the report. Everything that can be refused before the work begins is refused before it.
 */
export const reproduceCommand = (
  request: ReproduceRequest,
  list: readonly Reproduction[],
  world: World,
): TE.TaskEither<TweedieError, readonly StoredExperiment[]> =>
  pipe(
    TE.tryCatch(
      () => prepareFolder(request.out),
      (thrown) => fileError(thrown, request.out, 'write'),
    ),
    TE.chain(() =>
      TE.tryCatch(
        () => withBackend(request, world.progress.note, (B) => runAll(B, request, list, world)),
        (thrown) =>
          toTweedieError(resumable(thrown, request.out), {
            tag: 'FileError',
            where: request.out,
            what: 'the job failed',
            mend: 'See the cause; if it is not clear, report it',
          }),
      ),
    ),
  )

/** A result is of one backend from end to end, so the loss of a GPU ends the command; what is in the store is not lost. */
const resumable = (thrown: unknown, out: string): unknown =>
  isTweedieError(thrown) && thrown._tag === 'DeviceLost'
    ? tweedieError(
        thrown._tag,
        thrown.where,
        thrown.what,
        `What was computed is kept in ${storeFolder(out)}; the same command goes on from there`,
        thrown,
      )
    : thrown

/** Makes the folder and the store in it, where they are missing. */
const prepareFolder = async (out: string): Promise<void> => {
  for (const folder of [out, storeFolder(out)]) {
    await makeFolder(resolve(folder))
    await access(folder, constants.W_OK)
  }
  await needOwnReport(out)
}

/** A folder with the folders above it. Node's own recursive mkdir does not come back where a file system takes no folders, as in /proc. */
const makeFolder = async (folder: string): Promise<void> => {
  const found = await stat(folder).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return undefined
    throw thrown
  })
  if (found?.isDirectory() === true) return
  if (found !== undefined) throw tweedieError('FileError', folder, 'it is a file, not a folder', 'Choose another --out, or remove it')
  if (dirname(folder) !== folder) await makeFolder(dirname(folder))
  await mkdir(folder)
}

const runAll = async <N>(
  B: Backend<N>,
  request: ReproduceRequest,
  list: readonly Reproduction[],
  world: World,
): Promise<readonly StoredExperiment[]> => {
  const { names, out, scale } = request
  const chosen = list.filter(({ name }) => names.includes(name))
  const data = request.data === undefined ? undefined : await dataFile(request.data)
  const plans: Plan[] = []
  for (const reproduction of chosen) plans.push(await planFor(reproduction, identityOf(reproduction, scale, B, data), request, data))
  if (request.leftOut !== undefined)
    world.progress.note(`left out: ${request.leftOut.join(', ')}, which need a file each (tweedie reproduce NAME --data FILE)`)
  for (const [k, plan] of plans.entries()) {
    if (plan.word !== undefined) world.progress.note(plan.word)
    if (plan.action === 'keep') continue
    throwIfAborted(world.signal, plan.reproduction.name)
    const { name, title } = plan.reproduction
    const many = plans.length > 1
    world.progress.note(`${name}${many ? ` (${k + 1} of ${plans.length})` : ''}: ${title}`)
    await runExperiment(B, plan, request, many ? `${k + 1}/${plans.length} ` : '', world)
    // After each, so that an interruption leaves a report of what there is.
    await writeReport(out, list)
  }
  return writeReport(out, list)
}
