/** The name someone probably meant. */

/** Levenshtein distance: the fewest insertions, deletions and substitutions that turn `a` into `b`. */
export const editDistance = (a: string, b: string): number => {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++)
      row.push(Math.min((above[j] as number) + 1, (row[j - 1] as number) + 1, (above[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    above = row
  }
  return above[b.length] as number
}

/** The nearest of `names` to what was typed, unless more than half of it would have to change. Case does not count. */
export const nearest = (typed: string, names: readonly string[]): string | undefined => {
  const wanted = typed.slice(0, 100).toLowerCase()
  let best: { name: string; distance: number } | undefined
  for (const name of names) {
    const distance = editDistance(wanted, name.slice(0, 100).toLowerCase())
    if (distance <= Math.max(wanted.length, name.length) / 2 && (best === undefined || distance < best.distance)) best = { name, distance }
  }
  return best?.name
}
