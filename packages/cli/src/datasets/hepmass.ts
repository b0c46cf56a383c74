/** HEPMASS: simulated particle collisions with a particle of mass 1000 (UCI 347), as MAF prepares it (docs/formulas.md §2). */

import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type HostMatrix, takeColumns, tweedieError } from '@tweedie/core'
import { eachLine } from './each-line.js'
import { origins, otherFile, whereFrom } from './origin.js'
import { lastTenth, type PreparedData, prepared, standardsOf } from './prepared-data.js'
import { withoutRepeatedValues } from './repeated-values.js'
import { rowList } from './row-list.js'

const features = 27
/** MAF has the first tenth of the training file and of the test file. */
const firstRows = { training: 700_000, test: 350_000 }

/** The features of class 1 among the first `most` rows. Columns after the 27th feature are not read. */
export const readHepmass = async (path: string, most: number, signal?: AbortSignal): Promise<HostMatrix> => {
  const rows = rowList(features)
  await eachLine(
    path,
    (line, number) => {
      const cells = line.split(',')
      if (number === 1 && /label/.test(cells[0] as string)) return true
      if (cells.length <= features)
        throw otherFile(origins.hepmass, `${path}, line ${number}`, `there are ${cells.length} cells between commas`)
      const [label, ...values] = cells.slice(0, features + 1).map((cell) => (cell.trim() === '' ? Number.NaN : Number(cell)))
      if (label !== 0 && label !== 1)
        throw otherFile(origins.hepmass, `${path}, line ${number}`, `the class is "${(cells[0] as string).trim().slice(0, 20)}"`)
      if (label === 1) {
        if (!values.every(Number.isFinite)) throw otherFile(origins.hepmass, `${path}, line ${number}`, 'a feature is not a number')
        rows.push(values)
      }
      return number <= most
    },
    signal,
  )
  return rows.matrix()
}

/** The test file beside a training file, plain or .gz. */
const testBeside = (path: string): string => {
  const named = basename(path).replace('train', 'test')
  const plain = named.replace(/\.gz$/i, '')
  const found = [named, plain, `${plain}.gz`].map((name) => join(dirname(path), name)).find((file) => file !== path && existsSync(file))
  if (found === undefined) throw tweedieError('FileError', path, 'there is no 1000_test.csv beside this file', whereFrom(origins.hepmass))
  return found
}

/**
 * HEPMASS in three parts: class 1 of the first tenth of each file, features with many repeated values dropped, standardised by training and validation
 * rows, a tenth of which validates. `path` is that of 1000_train.csv. Rejects with `InvalidTable` for another file, `FileError` and `Aborted`.
 */
export const loadHepmass = async (path: string, _key?: unknown, signal?: AbortSignal): Promise<PreparedData> => {
  const learnt = await readHepmass(path, firstRows.training, signal)
  const found = await readHepmass(testBeside(path), firstRows.test, signal)
  const kept = withoutRepeatedValues(learnt)
  const table = takeColumns(learnt, kept)
  const [training, validation] = lastTenth(table)
  const names = kept.map((j) => `f${j}`)
  return prepared(origins.hepmass, path, names, { training, validation, test: takeColumns(found, kept) }, standardsOf(table, 1))
}
