/** Which columns of a table are meant: by name, or by number from 1. */

import { type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { nearest } from './nearest.js'

export interface ColumnSelection {
  /** The columns to use, in this order. None, or an empty list: every column that can be used. */
  readonly columns?: readonly string[] | undefined
  /** Columns not to use. */
  readonly drop?: readonly string[] | undefined
  /** A column that is not data but says what kind of row it is. It is not used as data. */
  readonly label?: string | undefined
  /** What a missing cell of a column of numbers is: an error (`refuse`), or NaN (`keep`). Default `refuse`. */
  readonly missing?: 'refuse' | 'keep' | undefined
}

/** A selection as indices from 0. */
export interface ColumnChoice {
  /** The columns that may become data, in order. */
  readonly candidates: readonly number[]
  /** True when the caller named them: then each must be usable. */
  readonly named: boolean
  readonly label: number | undefined
}

const shown = (names: readonly string[]): string => {
  const list = names.slice(0, 20).map((name) => `"${name}"`)
  return names.length > 20 ? `${list.join(', ')} and ${names.length - 20} more` : list.join(', ')
}

/**
 * The index of a column. A name wins over a number, so a column called "3" is found by it. Gives `InvalidArgument` when there is no
 * such column (with the names there are, and the nearest) or when two have this name.
 */
export const findColumn = (names: readonly string[], wanted: string, source: string): E.Either<TweedieError, number> => {
  const same = names.flatMap((name, index) => (name === wanted ? [index] : []))
  if (same.length === 1) return E.right(same[0] as number)
  if (same.length > 1)
    return E.left(
      tweedieError(
        'InvalidArgument',
        source,
        `columns ${same.map((index) => index + 1).join(' and ')} are both called "${wanted}"`,
        'Name the one you mean by its number',
      ),
    )
  const position = /^[1-9]\d*$/.test(wanted) ? Number(wanted) : Number.NaN
  if (position <= names.length) return E.right(position - 1)
  if (Number.isFinite(position))
    return E.left(
      tweedieError('InvalidArgument', source, `there is no column ${wanted}: the table has ${names.length}`, `Columns are ${shown(names)}`),
    )
  const close = nearest(wanted, names)
  return E.left(
    tweedieError(
      'InvalidArgument',
      source,
      `there is no column "${wanted}"${close === undefined ? '' : `; did you mean "${close}"?`}`,
      `Columns are ${shown(names)}`,
    ),
  )
}

const findAll = (names: readonly string[], wanted: readonly string[], source: string): E.Either<TweedieError, readonly number[]> =>
  E.traverseArray((one: string) => findColumn(names, one, source))(wanted)

const repeated = (indices: readonly number[]): number | undefined => indices.find((index, i) => indices.indexOf(index) < i)

/** Works out a selection. Gives `InvalidArgument` for an unknown or repeated column, or one that is both chosen and dropped. */
export const chooseColumns = (
  names: readonly string[],
  selection: ColumnSelection,
  source: string,
): E.Either<TweedieError, ColumnChoice> => {
  const wanted = selection.columns ?? []
  const refuse = (what: string, mend: string): E.Either<TweedieError, never> => E.left(tweedieError('InvalidArgument', source, what, mend))
  const nameOf = (index: number): string => `"${names[index] ?? ''}"`
  return pipe(
    E.Do,
    E.bind('chosen', () => findAll(names, wanted, source)),
    E.bind('dropped', () => findAll(names, selection.drop ?? [], source)),
    E.bind('labels', () => findAll(names, selection.label === undefined ? [] : [selection.label], source)),
    E.chain(({ chosen, dropped, labels }) => {
      const twice = repeated(chosen)
      if (twice !== undefined) return refuse(`column ${nameOf(twice)} is chosen twice`, 'Name each column once')
      const both = chosen.find((index) => dropped.includes(index))
      if (both !== undefined) return refuse(`column ${nameOf(both)} is both chosen and dropped`, 'Take it out of one of the two lists')
      const label = labels[0]
      if (label !== undefined && chosen.includes(label))
        return refuse(`column ${nameOf(label)} is both chosen and the label`, 'Take it out of the chosen columns')
      const excluded = new Set([...dropped, ...labels])
      const candidates = wanted.length > 0 ? chosen : names.map((_, index) => index).filter((index) => !excluded.has(index))
      return E.right({ candidates, named: wanted.length > 0, label })
    }),
  )
}
