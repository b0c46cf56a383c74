import type { HostMatrix } from '@tweedie/core'

/**
 * An order of labels [M, d] in which the rows of the table [n, d] take turns: each label belongs to the row nearest to it (Euclidean); in every turn each
 * row gives one label, as long as it has any, the rows in the same order each time. So where all rows have labels, n in succession belong to n different
 * rows, while independent draws would hit some rows several times and miss a third of them (stratified sampling). A row gives at most ⌈M/n⌉
 * labels, what it would have if all had as many; those beyond are left out.
 */
export const balancedOrder = (labels: HostMatrix, table: HostMatrix): Uint32Array => {
  const most = Math.ceil(labels.rows / table.rows)
  const [owners, turns] = [new Uint32Array(labels.rows), new Uint32Array(labels.rows)]
  const [taken, firsts] = [new Uint32Array(table.rows), new Uint32Array(table.rows)]
  for (let i = 0; i < labels.rows; i++) {
    const owner = nearest(labels, i, table)
    if (taken[owner] === 0) firsts[owner] = i
    owners[i] = owner
    turns[i] = taken[owner] as number
    taken[owner] = (taken[owner] as number) + 1
  }
  const place = (i: number): number => firsts[owners[i] as number] as number
  return Uint32Array.from({ length: labels.rows }, (_, i) => i)
    .filter((i) => (turns[i] as number) < most)
    .sort((a, b) => (turns[a] as number) - (turns[b] as number) || place(a) - place(b))
}

const nearest = (labels: HostMatrix, i: number, { data, rows, columns }: HostMatrix): number => {
  let [found, least] = [0, Number.POSITIVE_INFINITY]
  for (let r = 0; r < rows; r++) {
    let squares = 0
    for (let j = 0, a = i * columns, b = r * columns; j < columns && squares < least; j++, a++, b++) {
      const difference = (labels.data[a] as number) - (data[b] as number)
      squares += difference * difference
    }
    if (squares < least) {
      least = squares
      found = r
    }
  }
  return found
}
