import { choiceWithoutReplacement, type HostMatrix, type Key, permutation, takeRows, tweedieError } from '@tweedie/core'

/** Rows to learn from and rows to be judged by, disjoint. */
export interface Split {
  readonly training: HostMatrix
  readonly heldOut: HostMatrix
}

/** The fewest rows that can be split into something to learn from and something to judge by. */
const FEWEST_ROWS = 10

/** The same as the numbers of rows, increasing. */
export interface SplitRows {
  readonly training: Uint32Array
  readonly heldOut: Uint32Array
}

/** Splits a table at random by key, keeping the order of rows within each part. Throws `InvalidTable` for fewer than ten rows. */
export const split = (table: HostMatrix, testFraction: number, key: Key): Split => {
  const { training, heldOut } = splitRows(table.rows, testFraction, key)
  return { training: takeRows(table, training), heldOut: takeRows(table, heldOut) }
}

/** The split of a table of so many rows. Throws `InvalidTable` for fewer than ten. */
export const splitRows = (rows: number, testFraction: number, key: Key): SplitRows => {
  if (rows < FEWEST_ROWS)
    throw tweedieError(
      'InvalidTable',
      'fit',
      `the table has ${rows} ${rows === 1 ? 'row' : 'rows'}`,
      `Give at least ${FEWEST_ROWS} rows: some are learnt from and some are held out`,
    )
  const heldOutRows = Math.min(rows - 2, Math.max(2, Math.round(rows * testFraction)))
  const order = permutation(key, rows)
  return { training: order.slice(heldOutRows).sort(), heldOut: order.slice(0, heldOutRows).sort() }
}

/** Two disjoint random halves of a table: what one sample of real data scores against another. */
export const halves = (table: HostMatrix, key: Key): readonly [HostMatrix, HostMatrix] => {
  const order = choiceWithoutReplacement(key, table.rows, table.rows)
  const middle = table.rows >> 1
  return [takeRows(table, order.slice(0, middle)), takeRows(table, order.slice(middle))]
}
