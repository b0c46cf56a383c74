/** The columns that are used have names of their own. */

import { type TweedieError, tweedieError } from '@tweedie/core'
import { dropOption } from './mend.js'
import type { RawTable } from './table.js'

/** Two columns of one name among the candidates, with where they stand and how to leave one out; undefined when there are none. */
export const sameName = (raw: RawTable, candidates: readonly number[], names: readonly string[]): TweedieError | undefined => {
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice === undefined) return undefined
  const positions = raw.names.flatMap((name, index) => (name === twice && candidates.includes(index) ? [index + 1] : []))
  return tweedieError(
    'InvalidTable',
    raw.source,
    `columns ${positions.join(' and ')} are both called "${twice}"`,
    `Rename one in the file, or leave one out by its number: ${dropOption(String(positions.at(-1)))}`,
  )
}
