/** What a floating-point type holds (IEEE 754-2019, table 3.5). */
export interface Format {
  readonly dtype: 'float64' | 'float32'
  /** The distance from 1 to the next number. */
  readonly epsilon: number
  readonly smallestNormal: number
  /** One unit of this magnitude is lost to underflow: the smallest denormal where they are kept, the smallest normal number where not. */
  readonly underflow: number
  readonly largest: number
  /** A weight of a softmax below this may be taken for anything from 0 to it. */
  readonly leastWeight?: number
  /** The nearest number of the type. */
  readonly round: (value: number) => number
}

const float64: Format = {
  dtype: 'float64',
  epsilon: 2 ** -52,
  smallestNormal: 2 ** -1022,
  underflow: 2 ** -1022,
  largest: Number.MAX_VALUE,
  round: (value) => value,
}

const float32: Format = {
  dtype: 'float32',
  epsilon: 2 ** -23,
  smallestNormal: 2 ** -126,
  underflow: 2 ** -126,
  largest: (2 - 2 ** -23) * 2 ** 127,
  round: Math.fround,
}

export const formatOf = (dtype: Format['dtype'], denormals: 'kept' | 'flushed' = 'kept', leastWeight?: number): Format => {
  const format = { ...(dtype === 'float64' ? float64 : float32), ...(leastWeight !== undefined && { leastWeight }) }
  return denormals === 'kept' ? format : { ...format, underflow: format.smallestNormal / format.epsilon }
}

/** The unit in the last place of a magnitude: the distance between the numbers of the type around it, never below the smallest one. */
export const ulp = ({ epsilon, smallestNormal, largest }: Format, magnitude: number): number =>
  epsilon * powerOfTwo(Math.min(largest, Math.max(smallestNormal, magnitude)))

/** The largest power of two that is not above x, for a normal positive x. */
const powerOfTwo = (x: number): number => {
  const power = 2 ** Math.max(-1022, Math.min(1023, Math.floor(Math.log2(x))))
  return power > x ? power / 2 : 2 * power <= x ? 2 * power : power
}
