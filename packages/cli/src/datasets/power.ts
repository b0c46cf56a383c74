/** POWER: a household's electric power, minute by minute (UCI 235), as MAF prepares it (docs/formulas.md §2). */

import { fold, type HostMatrix, type Key, permutation, takeRows, uniformArray } from '@tweedie/core'
import { eachLine } from './each-line.js'
import { origins, otherFile } from './origin.js'
import { lastTenth, type PreparedData, prepared, standardsOf } from './prepared-data.js'
import { rowList } from './row-list.js'

const header = 'Date;Time;Global_active_power;Global_reactive_power;Voltage;Global_intensity;Sub_metering_1;Sub_metering_2;Sub_metering_3'

/** What is kept, in the recipe's order, and the width of the uniform noise that is added to each. */
export const powerColumns = [
  ['active power', 0.001],
  ['voltage', 0.01],
  ['sub-meter 1', 1],
  ['sub-meter 2', 1],
  ['sub-meter 3', 1],
  ['time of day', 0],
] as const

/** The rows of the file without missing cells: active power, voltage, three sub-meters, minute of the day. */
export const readPower = async (path: string, signal?: AbortSignal): Promise<HostMatrix> => {
  const rows = rowList(powerColumns.length)
  await eachLine(
    path,
    (line, number) => {
      const cells = line.trim().split(';')
      if (number === 1) {
        if (line.trim() !== header) throw otherFile(origins.power, `${path}, line 1`, `the header is "${line.trim().slice(0, 60)}"`)
        return true
      }
      if (cells.length !== 9)
        throw otherFile(origins.power, `${path}, line ${number}`, `there are ${cells.length} cells between semicolons`)
      if (cells.some((cell) => cell === '?' || cell === '')) return true
      const time = /^(\d\d):(\d\d):\d\d$/.exec(cells[1] as string)
      const values = [2, 4, 6, 7, 8].map((j) => Number(cells[j]))
      if (time === null || !values.every(Number.isFinite))
        throw otherFile(origins.power, `${path}, line ${number}`, `there is no time of day or no number in "${line.trim().slice(0, 80)}"`)
      rows.push([...values, 60 * Number(time[1]) + Number(time[2])])
      return true
    },
    signal,
  )
  return rows.matrix()
}

/**
 * POWER in three parts: shuffled, noise added, a tenth for testing, a tenth of the rest for validation, standardised by training and validation
 * rows together. The key decides order and noise. Rejects with `InvalidTable` for another file, `FileError` and `Aborted`.
 */
export const loadPower = async (path: string, key: Key, signal?: AbortSignal): Promise<PreparedData> => {
  const found = await readPower(path, signal)
  const noisy = takeRows(found, permutation(fold(key, 0), found.rows))
  powerColumns.forEach(([, width], j) => {
    if (width > 0)
      uniformArray(fold(key, 1 + j), noisy.rows).forEach((uniform, i) => {
        const k = i * noisy.columns + j
        noisy.data[k] = (noisy.data[k] as number) + width * uniform
      })
  })
  const [learnt, test] = lastTenth(noisy)
  const [training, validation] = lastTenth(learnt)
  const names = powerColumns.map(([name]) => name)
  return prepared(origins.power, path, names, { training, validation, test }, standardsOf(learnt, 0))
}
