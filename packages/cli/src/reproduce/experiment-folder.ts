/** DIR/NAME: the result and the figures of one experiment. */

import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { fileError } from '../files/file-error.js'
import { stageDirectory } from '../files/index.js'
import { sha256 } from '../model/config.js'
import { parseResultFile } from './parse-result-file.js'
import { encodeResultFile, type ResultFile } from './result-file.js'

const resultName = 'result.json'
const isOurs = (name: string): boolean => name === resultName || /^fig-[A-Za-z0-9.-]+\.svg$/.test(name)

/** A result and the text of its figures by file name. */
export interface StoredExperiment {
  readonly result: ResultFile
  readonly figures: ReadonlyMap<string, string>
}

/**
 * What lies in an experiment's folder. `unknown` has the files of an experiment but no result of this program; `damaged` has such a result, and a
 * figure is missing or altered.
 */
export type FolderContent =
  | { readonly kind: 'absent' }
  | { readonly kind: 'complete'; readonly stored: StoredExperiment }
  | { readonly kind: 'damaged' | 'unknown'; readonly why: string }

/** Looks into a folder. Rejects with `FileError` where it is a file, cannot be read, or holds anything that is not an experiment's. */
export const inspectFolder = async (folder: string): Promise<FolderContent> => {
  const entries = await readdir(folder).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return []
    if (thrown.code === 'ENOTDIR')
      throw tweedieError('FileError', folder, 'it is a file, not a folder', 'Remove it, or choose another --out')
    throw fileError(thrown, folder, 'read')
  })
  if (entries.length === 0) return { kind: 'absent' }
  const foreign = entries.find((name) => !isOurs(name))
  if (foreign !== undefined)
    throw tweedieError('FileError', folder, `the folder holds something else ("${foreign}")`, 'Choose another --out, or empty this folder')
  const text = await readFile(join(folder, resultName), 'utf8').catch(() => undefined)
  if (text === undefined) return { kind: 'unknown', why: `${resultName} is missing` }
  const parsed = parseResultFile(text)
  return E.isLeft(parsed) ? { kind: 'unknown', why: `${resultName}: ${parsed.left}` } : withFigures(folder, parsed.right)
}

const withFigures = async (folder: string, result: ResultFile): Promise<FolderContent> => {
  const figures = new Map<string, string>()
  for (const { file, sha256: expected } of result.figures) {
    const bytes = isOurs(file) ? await readFile(join(folder, file)).catch(() => undefined) : undefined
    if (bytes === undefined || sha256(bytes) !== expected)
      return { kind: 'damaged', why: `${file} is not the one that ${resultName} was written with` }
    figures.set(file, bytes.toString())
  }
  return { kind: 'complete', stored: { result, figures } }
}

/** Writes the folder whole or not at all; an older one of an experiment is replaced. */
export const writeFolder = (folder: string, { result, figures }: StoredExperiment): TE.TaskEither<TweedieError, void> =>
  pipe(
    stageDirectory(folder, { owns: (entries) => entries.every(isOurs) }),
    TE.chain((staging) =>
      pipe(
        TE.tryCatch(
          async () => {
            for (const [file, text] of figures) await writeFile(staging.file(file), text)
            await writeFile(staging.file(resultName), encodeResultFile(result))
          },
          (thrown) => fileError(thrown, folder, 'write'),
        ),
        TE.chain(() => staging.commit()),
        TE.orElse((error) =>
          pipe(
            staging.rollback(),
            TE.chain(() => TE.left(error)),
          ),
        ),
      ),
    ),
  )
