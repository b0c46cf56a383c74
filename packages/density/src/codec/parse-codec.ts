import { type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import type { Codec } from './codec.js'

/** Reads a codec from parsed JSON. `where` is for the message. Gives `InvalidModel` when any part of it is not what `fitCodec` writes. */
export const parseCodec = (where: string, value: unknown): E.Either<TweedieError, Codec> => {
  const flaw = flawOf(value)
  return flaw === undefined
    ? E.right(value as Codec)
    : E.left(
        tweedieError(
          'InvalidModel',
          where,
          `the codec of the table is not sound: ${flaw}`,
          'Restore the file as tweedie wrote it, or fit again',
        ),
      )
}

type Json = Readonly<Record<string, unknown>>
type Check = (value: unknown) => boolean

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const text: Check = (value) => typeof value === 'string'
const finite: Check = (value) => typeof value === 'number' && Number.isFinite(value)
const list =
  (item: Check, least: number): Check =>
  (value) =>
    Array.isArray(value) && value.length >= least && value.every(item)
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value)
const below =
  (limit: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < limit
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)
const record =
  (members: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && Object.entries(members).every(([name, check]) => check(value[name]))

const date = record({ unit: oneOf('day', 'minute', 'second', 'millisecond'), separator: oneOf('', 'T', ' '), zone: oneOf('', 'Z') })
const form = {
  range: (value: unknown) => list(finite, 2)(value) && (value as number[]).length === 2 && ordered(value as number[]),
  bounded: oneOf(true, false),
  lattice: optional(record({ places: below(16), first: below(2 ** 53), step: (value) => below(2 ** 53)(value) && (value as number) > 0 })),
  date: optional(date),
}
const distinctTexts: Check = (value) => list(text, 2)(value) && new Set(value as string[]).size === (value as string[]).length

const flawOf = (value: unknown): string | undefined => {
  if (!isRecord(value) || value.version !== 1) return 'it is not of version 1'
  const { names, columns } = value
  if (!list(text, 1)(names)) return 'the names of the model columns are missing'
  if (!Array.isArray(columns) || columns.length === 0) return 'its columns are missing'
  const width = (names as string[]).length
  const bad = columns.findIndex((column, j) => !isColumn(column, width, columns.slice(0, j) as Json[]))
  if (bad >= 0) return `column ${bad + 1}`
  const taken = (columns as Json[]).map(({ name }) => name)
  return new Set(taken).size === taken.length ? undefined : 'two columns have one name'
}

const isColumn = (column: unknown, width: number, earlier: readonly Json[]): boolean => {
  if (!isRecord(column) || !text(column.name) || !oneOf('number', 'text')(column.type)) return false
  const at = below(width)
  const of = below(earlier.length)
  const numeric = column.type === 'number' ? column.date === undefined : column.date !== undefined
  const label: Check = (cell) => text(cell) && (column.type === 'text' || cell === '' || Number.isFinite(Number(cell)))
  const labels: Check = (cells) => distinctTexts(cells) && (cells as string[]).every(label)
  const source = of(column.of) ? (earlier[column.of as number] as Json) : undefined
  switch (column.kind) {
    case 'constant':
      return label(column.label)
    case 'number':
      return numeric && record({ at, ...form, missing: optional(record({ at, fill: list(finite, 1) })) })(column)
    case 'category':
      return at(column.at) && labels(column.labels)
    case 'one-hot':
      return at(column.at) && labels(column.labels) && (column.at as number) + (column.labels as string[]).length <= width
    case 'copy':
      return source !== undefined && source.type === column.type
    case 'relabelled': {
      const { points, labels: cells } = column
      if (
        source === undefined ||
        !(source.kind === 'number' ? source.missing === undefined : source.kind === 'category' || source.kind === 'one-hot')
      )
        return false
      return (
        labels(cells) &&
        list(finite, 2)(points) &&
        increasing(points as number[]) &&
        (points as number[]).length === (cells as string[]).length
      )
    }
    case 'affine':
      return numeric && source?.kind === 'number' && record({ scale: finite, shift: finite, ...form })(column)
    default:
      return false
  }
}

const ordered = ([least, most]: readonly number[]): boolean => (least as number) <= (most as number)

const increasing = (points: readonly number[]): boolean => points.every((point, k) => k === 0 || point > (points[k - 1] as number))
