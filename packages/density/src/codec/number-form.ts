import type { NumberForm } from './codec.js'
import type { DateFormat } from './date-format.js'
import { findLattice, snap } from './lattice.js'

/** The range and the lattice of some numbers (NaN aside), and how they are written. */
export const numberForm = (values: Float64Array, bounded: boolean, date: DateFormat | undefined): NumberForm => {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (value < least) least = value
    if (value > most) most = value
  }
  const lattice = findLattice(values)
  // + 0: JSON has no −0.
  return { range: [least + 0, most + 0], bounded, ...(lattice && { lattice }), ...(date && { date }) }
}

/** The number of this form nearest to `value`, which may be infinite; NaN stays NaN. */
export const toForm = ({ range: [least, most], bounded, lattice }: NumberForm, value: number): number => {
  const [from, to] = bounded ? [least, most] : [-Number.MAX_VALUE, Number.MAX_VALUE]
  const held = hold(value, from, to)
  return lattice === undefined ? held : snap(lattice, held)
}

/** Not with Math.max: where 0 is an end, a −0 that was seen stays −0. */
const hold = (value: number, from: number, to: number): number => {
  if (value < from) return from
  if (value > to) return to
  return value
}
