import type { AffineColumn, ColumnCodec, CopiedColumn, NumberForm, RelabelledColumn } from './codec.js'
import type { Distinct } from './distinct.js'
import { snap } from './lattice.js'
import { numberForm, toForm } from './number-form.js'

/** A column as the search for copies sees it. */
export interface Seen {
  readonly codec: ColumnCodec
  readonly distinct: Distinct
  /** The numbers of a numeric column, dates too; the places of labels of a category. */
  readonly numbers: Float64Array
}

/** More cells than this are no longer a list of names. */
const MOST_NAMES = 100

/** True when two columns split the rows in the same way: each cell of one goes with one cell of the other. */
export const sameSplit = (a: Distinct, b: Distinct): boolean =>
  a.counts.length === b.counts.length && a.codes.every((code, i) => b.codes[i] === code)

/** A number that is the same for columns that split the rows in the same way (FNV-1a over the codes). */
export const splitHash = ({ codes }: Distinct): number => codes.reduce((hash, code) => Math.imul(hash ^ code, 0x01000193), 0x811c9dc5)

/**
 * How a column follows exactly from an earlier one that splits the rows in the same way: as a copy, as an affine function, or, where the cells are few
 * and repeat, by a list of names. Nothing when it does not.
 */
export const derive = (column: Seen, earlier: Seen, of: number): CopiedColumn | RelabelledColumn | AffineColumn | undefined => {
  const { counts, codes, label } = column.distinct
  const cells = counts.map((_, code) => label(code))
  if (column.codec.type === earlier.codec.type && cells.every((cell, code) => cell === earlier.distinct.label(code)))
    return { kind: 'copy', of }
  const affine = affineOf(column, earlier, of)
  if (affine !== undefined) return affine
  const { codec } = earlier
  const named = codec.kind === 'category' || codec.kind === 'one-hot' || (codec.kind === 'number' && !earlier.numbers.some(Number.isNaN))
  if (!named || counts.length > Math.min(MOST_NAMES, codes.length / 2)) return undefined
  const pairs = cells.map((cell, code) => [earlier.numbers[codes.indexOf(code)] as number, cell] as const).sort(([a], [b]) => a - b)
  return { kind: 'relabelled', of, points: pairs.map(([point]) => point + 0), labels: pairs.map(([, cell]) => cell) }
}

/** Digits of the scale that are tried, few first: a rounded column tells its scale only so far. */
const DIGITS = [1, 2, 3, 4, 5, 6, 8, 10, 17] as const

const affineOf = ({ codec, numbers }: Seen, earlier: Seen, of: number): AffineColumn | undefined => {
  if (codec.kind !== 'number' || earlier.codec.kind !== 'number') return undefined
  const source = earlier.numbers
  const [low, high] = ends(source)
  const slope = ((numbers[high] as number) - (numbers[low] as number)) / ((source[high] as number) - (source[low] as number))
  if (!Number.isFinite(slope) || slope === 0) return undefined
  const form = numberForm(numbers, codec.bounded, codec.date)
  for (const digits of DIGITS) {
    const scale = Number(slope.toPrecision(digits))
    for (const shift of shifts(scale, source, numbers, form)) {
      const follows = numbers.every((value, i) => Object.is(toForm(form, scale * (source[i] as number) + shift), value))
      if (follows) return { kind: 'affine', of, scale, shift, ...form }
    }
  }
  return undefined
}

/** The rows of the smallest and of the largest number, NaN aside. */
const ends = (numbers: Float64Array): readonly [low: number, high: number] => {
  let [low, high] = [-1, -1]
  numbers.forEach((value, i) => {
    if (low < 0 ? !Number.isNaN(value) : value < (numbers[low] as number)) low = i
    if (high < 0 ? !Number.isNaN(value) : value > (numbers[high] as number)) high = i
  })
  return [low, high]
}

/** The middle of what the rows leave over for a scale, rounded as the column is, and as it stands. */
const shifts = (scale: number, source: Float64Array, numbers: Float64Array, { lattice }: NumberForm): readonly number[] => {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  numbers.forEach((value, i) => {
    const rest = value - scale * (source[i] as number)
    if (rest < least) least = rest
    if (rest > most) most = rest
  })
  const middle = least + (most - least) / 2
  const candidates = lattice === undefined ? [middle] : [snap({ ...lattice, first: 0, step: 1 }, middle), middle]
  return candidates.filter(Number.isFinite).map((shift) => shift + 0)
}
