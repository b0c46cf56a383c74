import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type Backend, throwIfAborted, toTweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import type { World } from '../commands/world.js'
import { sha256 } from '../model/config.js'
import { checkResult, figureFile } from './check-result.js'
import { writeFolder } from './experiment-folder.js'
import { folderStore } from './folder-store.js'
import type { Plan } from './plan.js'
import type { ReproduceRequest } from './request.js'
import { resultFile, type Timings } from './result-file.js'
import { trackStages } from './track-stages.js'

/** The store of a folder of experiments. */
export const storeFolder = (out: string): string => join(out, 'models')

/**
 * Runs one experiment and writes its folder whole. `prefix` stands before the names of its stages. Rejects with what the experiment rejects with, with
 * `NotFinite` or `InvalidArgument` for a result that cannot be written down, `FileError`, and `Aborted`; what is in the store stays there.
 */
export const runExperiment = async <N>(
  B: Backend<N>,
  { reproduction, run, data }: Plan,
  { out, scale, seeds, threads }: ReproduceRequest,
  prefix: string,
  { progress, signal }: World,
): Promise<void> => {
  const began = performance.now()
  const store = folderStore(storeFolder(out), run, progress.note)
  const stages = trackStages(progress, prefix)
  const { result, figures } = await attempt(reproduction.name, async () => {
    throwIfAborted(signal, reproduction.name)
    const context = { seeds, store, signal, onProgress: stages.report, ...(data === undefined ? {} : { data }) }
    const given = await reproduction.run(B, scale, context).catch((thrown: unknown) => {
      // What goes wrong once the signal has fired is the interruption.
      throwIfAborted(signal, reproduction.name)
      throw thrown
    })
    throwIfAborted(signal, reproduction.name)
    checkResult(given)
    const { figureSvg } = await import('./figure/index.js')
    return { result: given, figures: new Map(given.figures.map((figure) => [figureFile(figure), figureSvg(figure)])) }
  })
  const timings: Timings = {
    seconds: (performance.now() - began) / 1000,
    stages: stages.end(),
    found: store.found(),
    backend: run.backend,
    ...(threads === undefined ? {} : { threads }),
    machine: { node: process.version, platform: `${process.platform}-${process.arch}`, processors: availableParallelism() },
    date: new Date().toISOString(),
  }
  const hash = (file: string): string => sha256(new TextEncoder().encode(figures.get(file)))
  const written = await writeFolder(join(out, reproduction.name), { result: resultFile(result, run, seeds, hash, timings), figures })()
  if (E.isLeft(written)) throw written.left
}

const attempt = <A>(where: string, work: () => Promise<A>): Promise<A> =>
  work().catch((thrown: unknown) => {
    throw toTweedieError(thrown, {
      tag: 'Unsupported',
      where,
      what: 'the experiment failed',
      mend: 'See the cause; if it is not clear, report it',
    })
  })
