/** The conditions of `tweedie sample --given column=value`. */

import { type HostMatrix, type TweedieError, tweedieError } from '@tweedie/core'
import { type ColumnMaps, type Given, toScores, toValues } from '@tweedie/density'
import * as E from 'fp-ts/lib/Either.js'
import type { ModelConfig } from '../model/config.js'
import { modelNumber } from '../model/model-table.js'
import { findColumn } from '../tables/columns.js'

/** Given values by model column (from 0), in the units of the table. */
export type GivenValues = ReadonlyMap<number, number>

/**
 * Reads conditions `column=value`, the column by name or number from 1. Gives a `Usage` or `InvalidArgument` error for text without an equals sign, an
 * unknown column, one given twice, or a value that is no number, date or category of the column.
 */
export const parseGiven = (
  config: Pick<ModelConfig, 'columns' | 'codec'>,
  texts: readonly string[],
): E.Either<TweedieError, GivenValues> => {
  const { columns } = config
  const given = new Map<number, number>()
  for (const text of texts) {
    const parted = partAt(columns, text)
    if (parted === undefined) return refuse(text, 'it has no equals sign')
    const column = findColumn(columns, parted.name, '--given')
    if (E.isLeft(column)) return column
    const value = modelNumber(config, column.right, parted.value)
    if (value === undefined) return refuse(text, `"${parted.value}" is not ${kindOf(config, column.right)}`)
    if (given.has(column.right)) return refuse(text, `column "${columns[column.right]}" is given twice`)
    given.set(column.right, value)
  }
  return E.right(given)
}

/** The name and the value: at the first equals sign that a column's name ends at, else at the last one. */
const partAt = (columns: readonly string[], text: string): { readonly name: string; readonly value: string } | undefined => {
  const signs = Array.from(text.matchAll(/=/g), ({ index }) => index)
  const at = signs.find((index) => columns.includes(text.slice(0, index).trim())) ?? signs.at(-1)
  return at === undefined ? undefined : { name: text.slice(0, at).trim(), value: text.slice(at + 1) }
}

const refuse = (text: string, what: string): E.Either<TweedieError, never> =>
  E.left(tweedieError('Usage', `--given ${text}`, what, 'Give column=value, the value as the table has it'))

const kindOf = ({ codec }: Pick<ModelConfig, 'codec'>, column: number): string => {
  const known = codec?.columns.find((one) => 'at' in one && one.at === column)
  if (known?.kind === 'category')
    return `one of ${known.labels
      .slice(0, 8)
      .map((label) => `"${label}"`)
      .join(', ')}${known.labels.length > 8 ? ' and others' : ''}`
  return known?.kind === 'number' && known.date !== undefined ? `a date to the ${known.date.unit}` : 'a number'
}

/** The bandwidth of conditions as text: a number from 0 up, in scores. Gives a `Usage` error for another text, or where there is nothing to condition on. */
export const parseBandwidth = (text: string | undefined, given: readonly string[]): E.Either<TweedieError, number | undefined> => {
  if (text === undefined) return E.right(undefined)
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!(value >= 0 && Number.isFinite(value)))
    return E.left(
      tweedieError('Usage', '--bandwidth', `"${text}" is not a number from 0 up`, 'Give standard deviations of a column, such as 0.2'),
    )
  if (given.length === 0)
    return E.left(tweedieError('Usage', '--bandwidth', 'there is no --given', 'Give column=value with --given, or leave --bandwidth out'))
  return E.right(value)
}

/** A condition in scores, and the cloud to condition: in the given columns, rows with one value have one score. */
export interface Conditioned {
  readonly given: Given
  readonly cloud: HostMatrix
}

/** Takes given values to scores. Gives `InvalidArgument` for a value outside the training rows, with their range. */
export const conditionScores = (
  names: readonly string[],
  maps: ColumnMaps,
  cloud: HostMatrix,
  values: GivenValues,
): E.Either<TweedieError, Conditioned> => {
  const { columns } = cloud
  const table = toValues(maps, cloud)
  for (const [j, value] of values) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (let i = 0; i < table.rows; i++) {
      const seen = table.data[i * columns + j] as number
      low = Math.min(low, seen)
      high = Math.max(high, seen)
    }
    if (!(value >= low && value <= high))
      return E.left(
        tweedieError(
          'InvalidArgument',
          `--given ${names[j]}=${value}`,
          `the training rows have values from ${low} to ${high}`,
          'Give a value in this range: nothing is known beyond it',
        ),
      )
  }
  const row = table.data.slice(0, columns)
  for (const [j, value] of values) row[j] = value
  const scores = toScores(maps, { data: row, rows: 1, columns })
  const level = toScores(maps, table)
  return E.right({
    given: Object.fromEntries(Array.from(values.keys(), (j) => [j, scores.data[j] as number])),
    cloud: { ...cloud, data: cloud.data.map((score, at) => (values.has(at % columns) ? (level.data[at] as number) : score)) },
  })
}
