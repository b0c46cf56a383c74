import type { Feature } from './category-order.js'
import type { Seen } from './derive.js'

/** A column as features with mean 0: a number as its standardised rank, a category as one indicator a label, each divided by √share. */
export const featuresOf = ({ codec, distinct, numbers }: Seen): readonly Feature[] => {
  if (codec.kind === 'number') {
    const ranks = standardRanks(numbers)
    return [{ value: (row) => ranks[row] as number }]
  }
  const rows = distinct.codes.length
  return distinct.counts.map((count, code) => {
    const share = count / rows
    const [inside, outside] = [(1 - share) / Math.sqrt(share), -Math.sqrt(share)]
    return { value: (row) => (distinct.codes[row] === code ? inside : outside) }
  })
}

/** Mid-ranks with mean 0 and deviation about 1; 0 for a missing cell. */
const standardRanks = (numbers: Float64Array): Float64Array => {
  const order = Uint32Array.from({ length: numbers.length }, (_, i) => i)
    .filter((i) => !Number.isNaN(numbers[i]))
    .sort((a, b) => (numbers[a] as number) - (numbers[b] as number))
  const ranks = new Float64Array(numbers.length)
  for (let start = 0; start < order.length; ) {
    let end = start + 1
    while (end < order.length && numbers[order[end] as number] === numbers[order[start] as number]) end++
    const middle = Math.sqrt(12) * ((start + end) / 2 / order.length - 0.5)
    for (let k = start; k < end; k++) ranks[order[k] as number] = middle
    start = end
  }
  return ranks
}
