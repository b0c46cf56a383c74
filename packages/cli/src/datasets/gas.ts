/** GAS: sixteen gas sensors in mixtures of ethylene and carbon monoxide (UCI 322), as MAF prepares it (docs/formulas.md §2). */

import { fold, type HostMatrix, type Key, permutation, takeColumns, takeRows, uniformArray } from '@tweedie/core'
import { eachLine } from './each-line.js'
import { origins, otherFile } from './origin.js'
import { lastTenth, type PreparedData, prepared, requireVarying, standardsOf } from './prepared-data.js'
import { rowList } from './row-list.js'

const sensors = 16
/** The share of the rows that MAF's file keeps. */
const share = 0.25
/** Columns correlated above this are thinned. */
const threshold = 0.98

/** The sensors of a random quarter of the rows, in the order of the file. */
export const readGas = async (path: string, key: Key, signal?: AbortSignal): Promise<HostMatrix> => {
  const rows = rowList(sensors)
  let count = 0
  let draws: Float64Array = new Float64Array(0)
  await eachLine(
    path,
    (line, number) => {
      if (number === 1 && line.trim().startsWith('Time')) return true
      const cells = line.trim().split(/\s+/)
      if (cells.length !== sensors + 3)
        throw otherFile(origins.gas, `${path}, line ${number}`, `there are ${cells.length} cells between spaces`)
      if (count % 65_536 === 0) draws = uniformArray(key, 65_536, count)
      if ((draws[count++ % 65_536] as number) >= share) return true
      const values = cells.slice(3).map(Number)
      if (!values.every(Number.isFinite)) throw otherFile(origins.gas, `${path}, line ${number}`, 'a sensor reading is not a number')
      rows.push(values)
      return true
    },
    signal,
  )
  return rows.matrix()
}

/** Pearson's correlations, a row-major square. */
const correlations = (matrix: HostMatrix): Float64Array => {
  const { data, rows, columns } = matrix
  const { means, deviations } = standardsOf(matrix, 0)
  const found = new Float64Array(columns * columns)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      for (let k = 0; k < columns; k++)
        found[j * columns + k] =
          (found[j * columns + k] as number) +
          ((data[i * columns + j] as number) - (means[j] as number)) * ((data[i * columns + k] as number) - (means[k] as number))
  return found.map((sum, at) => sum / rows / ((deviations[Math.floor(at / columns)] as number) * (deviations[at % columns] as number)))
}

/** MAF's rule: while any column has another correlated with it above 0.98, the first such column goes. The columns that stay. */
export const uncorrelated = (matrix: HostMatrix): readonly number[] => {
  const correlation = correlations(matrix)
  let kept = Array.from({ length: matrix.columns }, (_, j) => j)
  for (;;) {
    const doubled = kept.find((j) => kept.some((k) => k !== j && (correlation[j * matrix.columns + k] as number) > threshold))
    if (doubled === undefined) return kept
    kept = kept.filter((j) => j !== doubled)
  }
}

/**
 * GAS in three parts: a random quarter of the rows in random order, as MAF's file holds it, correlated columns dropped, standardised by all rows, a
 * tenth for testing, a tenth of the rest for validation. Rejects with `InvalidTable` for another file, `FileError` and `Aborted`.
 */
export const loadGas = async (path: string, key: Key, signal?: AbortSignal): Promise<PreparedData> => {
  const found = await readGas(path, fold(key, 0), signal)
  const nameOf = (j: number): string => `sensor ${j + 1}`
  requireVarying(
    origins.gas,
    path,
    Array.from({ length: sensors }, (_, j) => nameOf(j)),
    found,
  )
  const kept = uncorrelated(found)
  const table = takeColumns(takeRows(found, permutation(fold(key, 1), found.rows)), kept)
  const [learnt, test] = lastTenth(table)
  const [training, validation] = lastTenth(learnt)
  const names = kept.map(nameOf)
  return prepared(origins.gas, path, names, { training, validation, test }, standardsOf(table, 1))
}
