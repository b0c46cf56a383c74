import { join } from 'node:path'
import type { DataFile, Reproduction } from '@tweedie/cem'
import { tweedieError } from '@tweedie/core'
import { inspectFolder } from './experiment-folder.js'
import type { Identity } from './identity.js'
import type { ReproduceRequest } from './request.js'
import { isResultOf } from './result-file.js'

/** What is to be done with an experiment, and a word about it where there is one. */
export interface Plan {
  readonly reproduction: Reproduction
  readonly run: Identity
  readonly data?: DataFile
  readonly action: 'run' | 'keep'
  readonly word?: string
}

/**
 * Decides from what lies in an experiment's folder. A result of the same run is kept, and so is a paper-scale result where the quick scale is asked for
 * among `all`; anything else that an experiment left there is replaced. With `force` everything is run. Rejects with `FileError` where the folder
 * holds something else, and where a quick run by name would replace a result of paper scale.
 */
export const planFor = async (
  reproduction: Reproduction,
  run: Identity,
  { out, scale, seeds, force, names }: ReproduceRequest,
  data?: DataFile,
): Promise<Plan> => {
  const folder = join(out, reproduction.name)
  const content = await inspectFolder(folder)
  const { name } = reproduction
  const plan = (action: Plan['action'], word?: string): Plan => ({
    reproduction,
    run,
    ...(data === undefined ? {} : { data }),
    action,
    ...(word === undefined ? {} : { word }),
  })
  if (content.kind === 'absent') return plan('run')
  if (content.kind === 'unknown' && !force)
    throw tweedieError(
      'FileError',
      folder,
      `the folder holds something else (${content.why})`,
      'Choose another --out, or pass --force to replace it',
    )
  if (content.kind !== 'complete') return plan('run', `${name}: ${content.why}; it is made again`)
  if (force) return plan('run')
  const { result } = content.stored
  const about = `${result.scale} scale, seeds ${result.seeds.join(', ')}`
  if (isResultOf(result, run, seeds)) return plan('keep', `${name}: already complete (${about}); --force runs it again`)
  if (result.scale !== 'paper' || scale === 'paper') return plan('run', `${name}: another run (${about}) is replaced`)
  if (names.length > 1) return plan('keep', `${name}: the result of the paper's scale (${about}) is kept; --force replaces it`)
  throw tweedieError(
    'FileError',
    folder,
    `it holds a result of the paper's scale (${about})`,
    'Choose another --out, or pass --force to replace it',
  )
}
