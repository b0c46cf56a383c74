/** How many samples belong to each of `cells`, as shares that sum to 1. */
export const frequencies = (cellOf: ArrayLike<number>, cells: number): readonly number[] => {
  const counts = new Array<number>(cells).fill(0)
  for (let i = 0; i < cellOf.length; i++) counts[cellOf[i] as number] = (counts[cellOf[i] as number] as number) + 1
  return counts.map((count) => count / cellOf.length)
}

/** Pearson's χ² of the frequencies of `count` samples against equal shares: cells − 1 degrees of freedom. */
export const chiSquare = (shares: readonly number[], count: number): number =>
  shares.reduce((sum, share) => sum + (share - 1 / shares.length) ** 2, 0) * count * shares.length

/** The standard error of the frequency of one of `cells` equally likely cells among `count` samples, √(p(1 − p)/count). */
export const frequencyError = (cells: number, count: number): number => Math.sqrt((1 / cells) * (1 - 1 / cells)) / Math.sqrt(count)

export const largestDeviation = (shares: readonly number[]): number =>
  Math.max(...shares.map((share) => Math.abs(share - 1 / shares.length)))
