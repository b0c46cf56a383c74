/** One layer of sums: `count` sums of `length` rows of the layer before, whose numbers follow each other in `sources`. */
export interface Layer {
  readonly sources: Int32Array
  readonly length: number
  readonly count: number
}

/** Rows that are added at once, at most. */
const LONGEST = 32
/** How many times the numbers that go in and come out a layer may hold, with the zeros that fill its sums up. */
const FILLED = 4

/**
 * The sums that bring each row k to row indices[k] of `rows`: layers of sums of at most 32 rows each, so that rounding grows with the logarithm of their
 * number, and of about twice the mean length, so that one target of very many rows among many of one makes no matrix of all of them by the
 * longest. The row after the last one of the layer before is zero.
 */
export const layered = (indices: ArrayLike<number>, rows: number): readonly Layer[] => {
  const layers: Layer[] = []
  let targets = Array.from(indices)
  for (;;) {
    const zero = targets.length
    const groups = new Map<number, number[]>()
    targets.forEach((target, k) => {
      const group = groups.get(target)
      if (group === undefined) groups.set(target, [k])
      else group.push(k)
    })
    let longest = 1
    for (const group of groups.values()) longest = Math.max(longest, group.length)
    if (longest === 1 || (longest <= LONGEST && rows * longest <= FILLED * (zero + rows))) {
      const sources = new Int32Array(rows * longest).fill(zero)
      for (const [target, group] of groups) sources.set(group, target * longest)
      return [...layers, { sources, length: longest, count: rows }]
    }
    const length = Math.min(LONGEST, Math.max(2, Math.ceil((2 * zero) / groups.size)))
    const blocks = [...groups].flatMap(([target, group]) =>
      Array.from({ length: Math.ceil(group.length / length) }, (_, k) => ({ target, members: group.slice(k * length, (k + 1) * length) })),
    )
    const sources = new Int32Array(blocks.length * length).fill(zero)
    blocks.forEach(({ members }, k) => {
      sources.set(members, k * length)
    })
    layers.push({ sources, length, count: blocks.length })
    targets = blocks.map(({ target }) => target)
  }
}
