/** MINIBOONE: electron neutrinos in the MiniBooNE detector (UCI 199), as MAF prepares it (docs/formulas.md §2). */

import { type HostMatrix, takeColumns } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import { readTable } from '../tables/read-table.js'
import { eachLine } from './each-line.js'
import { origins, otherFile } from './origin.js'
import { lastTenth, type PreparedData, prepared, standardsOf } from './prepared-data.js'
import { withoutRepeatedValues } from './repeated-values.js'
import { rowList } from './row-list.js'

const features = 50
const preparedFeatures = 43
/** Rows whose first feature is below this are outliers: the detector's mark for no value is −999. */
const outlier = -100

/** The signal rows of MiniBooNE_PID.txt, which come first: outliers and features with many repeated values dropped. */
export const readMiniboone = async (path: string, signal?: AbortSignal): Promise<HostMatrix> => {
  const rows = rowList(features)
  let left = 0
  await eachLine(
    path,
    (line, number) => {
      const values = line.trim().split(/\s+/).map(Number)
      if (number === 1) {
        if (values.length !== 2 || !values.every((count) => Number.isInteger(count) && count >= 0))
          throw otherFile(
            origins.miniboone,
            `${path}, line 1`,
            `the first line is "${line.trim().slice(0, 40)}", not two numbers of events`,
          )
        left = values[0] as number
        return left > 0
      }
      if (values.length !== features || !values.every(Number.isFinite))
        throw otherFile(origins.miniboone, `${path}, line ${number}`, `there are not ${features} numbers but ${values.length} cells`)
      if ((values[0] as number) >= outlier) rows.push(values)
      return --left > 0
    },
    signal,
  )
  const found = rows.matrix()
  return takeColumns(found, withoutRepeatedValues(found))
}

/** MAF's data.npy, where the same is done. */
const readPrepared = async (path: string, signal?: AbortSignal): Promise<HostMatrix> => {
  const read = await readTable(path, { signal })()
  if (E.isLeft(read)) throw read.left
  const { columns, rows } = read.right
  if (columns.length !== preparedFeatures) throw otherFile(origins.miniboone, path, `the array has ${columns.length} columns`)
  const data = new Float64Array(rows * columns.length)
  columns.forEach(({ values }, j) => {
    for (let i = 0; i < rows; i++) data[i * columns.length + j] = values[i] as number
  })
  return { data, rows, columns: columns.length }
}

/**
 * MINIBOONE in three parts, in the order of the file: a tenth for testing, a tenth of the rest for validation, standardised by training and
 * validation rows. Rejects with `InvalidTable` for another file, `FileError` and `Aborted`.
 */
export const loadMiniboone = async (path: string, _key?: unknown, signal?: AbortSignal): Promise<PreparedData> => {
  const table = /\.npy(\.gz)?$/i.test(path) ? await readPrepared(path, signal) : await readMiniboone(path, signal)
  const [learnt, test] = lastTenth(table)
  const [training, validation] = lastTenth(learnt)
  const names = Array.from({ length: table.columns }, (_, j) => `feature ${j + 1}`)
  return prepared(origins.miniboone, path, names, { training, validation, test }, standardsOf(learnt, 0))
}
