import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Reproduction } from '@tweedie/cem'
import { isTweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import { writeFileAtomic } from '../files/index.js'
import { inspectFolder, type StoredExperiment } from './experiment-folder.js'

const pageName = 'report.html'

/** The report of a folder. */
export const reportPath = (out: string): string => join(out, pageName)

/** Rejects with `FileError` where the folder has a report.html that `tweedie reproduce` did not write. */
export const needOwnReport = async (out: string): Promise<void> => {
  const { generator } = await import('./page/page.js')
  const path = reportPath(out)
  const text = await readFile(path, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return undefined
    throw tweedieError('FileError', path, 'it is there and cannot be read', 'Remove it, or choose another --out', thrown)
  })
  if (text !== undefined && !text.slice(0, 2_000).includes(generator))
    throw tweedieError('FileError', path, 'it is not a report of tweedie reproduce', 'Remove it, or choose another --out')
}

/** Writes report.html of all experiments in a folder, in the order of the list, whatever their scale. One that cannot be read is named on it. */
export const writeReport = async (out: string, list: readonly Reproduction[]): Promise<readonly StoredExperiment[]> => {
  const { renderPage } = await import('./page/page.js')
  const shown: StoredExperiment[] = []
  const leftOut: string[] = []
  for (const { name } of list) {
    const content = await inspectFolder(join(out, name)).catch((thrown: unknown) => {
      if (isTweedieError(thrown)) return { kind: 'unknown', why: thrown.what } as const
      throw thrown
    })
    if (content.kind === 'complete' && content.stored.result.name === name) shown.push(content.stored)
    else if (content.kind === 'complete') leftOut.push(`${name}: the folder holds the result of ${content.stored.result.name}`)
    else if (content.kind !== 'absent') leftOut.push(`${name}: ${content.why}`)
  }
  const written = await writeFileAtomic(reportPath(out), renderPage(shown, leftOut))()
  if (E.isLeft(written)) throw written.left
  return shown
}
