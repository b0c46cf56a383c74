/** For each value of `sorted` its rank from 1, the mean rank where values are equal. */
export const midranks = (sorted: Float64Array): Float64Array => {
  const ranks = new Float64Array(sorted.length)
  for (let from = 0; from < sorted.length; ) {
    let to = from + 1
    while (to < sorted.length && sorted[to] === sorted[from]) to++
    ranks.fill((from + 1 + to) / 2, from, to)
    from = to
  }
  return ranks
}

/** The mid-rank of each value among all of them, in the order they are given. */
export const ranksOf = (values: Float64Array): Float64Array => {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((i, j) => (values[i] as number) - (values[j] as number))
  const sorted = midranks(Float64Array.from(order, (i) => values[i] as number))
  const ranks = new Float64Array(values.length)
  order.forEach((row, place) => {
    ranks[row] = sorted[place] as number
  })
  return ranks
}
