/**
 * The numbers (first + k·step)/10^places, k whole: whole numbers (places 0, step 1), prices (places 2), multiples of 5 and so on. `first` and `step`
 * are whole.
 */
export interface Lattice {
  readonly places: number
  readonly first: number
  readonly step: number
}

/** Scaled numbers below this are products of a correctly rounded decimal and a power of ten that round to the right whole number. */
const EXACT = 2 ** 51

const MOST_PLACES = 15

/** The coarsest lattice with decimal places that holds all the values (NaN aside), each exactly; nothing when fifteen places are not enough. */
export const findLattice = (values: Float64Array): Lattice | undefined => {
  for (let places = 0; places <= MOST_PLACES; places++) {
    if (!values.every((value) => Number.isNaN(value) || onPlaces(value, places))) continue
    const scale = 10 ** places
    let [first, step] = [Number.NaN, 0]
    for (const value of values) {
      if (Number.isNaN(value)) continue
      const whole = Math.round(value * scale) + 0
      if (Math.abs(whole) >= EXACT) return { places, first: 0, step: 1 }
      if (Number.isNaN(first)) first = whole
      step = greatestDivisor(step, Math.abs(whole - first))
    }
    if (Number.isNaN(first)) return undefined
    const distance = step || 1
    // The residue names the lattice whatever the order of the rows.
    return { places, first: ((first % distance) + distance) % distance, step: distance }
  }
  return undefined
}

/** The nearest number of the lattice; a number that is on it stays as it is, −0 too. Numbers too large to have neighbours on it also stay. */
export const snap = ({ places, first, step }: Lattice, value: number): number => {
  const scale = 10 ** places
  const scaled = value * scale
  if (!(Math.abs(scaled) < EXACT)) return places === 0 ? Math.round(value) : value
  const nearest = (first + step * Math.round((scaled - first) / step)) / scale
  return nearest === value ? value : nearest + 0
}

const onPlaces = (value: number, places: number): boolean => {
  if (places === 0) return Number.isInteger(value)
  const scale = 10 ** places
  const whole = Math.round(value * scale)
  return Math.abs(whole) < EXACT && whole / scale === value
}

const greatestDivisor = (a: number, b: number): number => {
  let [left, right] = [a, b]
  while (right !== 0) [left, right] = [right, left % right]
  return left
}
