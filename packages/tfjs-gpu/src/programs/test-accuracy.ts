import { cpu } from '@tweedie/core/cpu'

/** The elementary functions. */
export const names = ['exp', 'log', 'sqrt', 'tanh', 'sigmoid', 'erf', 'sin', 'cos'] as const
export type Name = (typeof names)[number]

const exact = cpu()
const leastNormal = 2 ** -126

/** An elementary function in float64. */
export const truth = (name: Name, xs: Float32Array): Promise<Float64Array> => exact.read(exact[name](exact.tensor(xs, [xs.length])))

/** Distance from the true value in units in the last place of float32. A denormal value may be flushed to zero. */
export const units32 = (found: number, value: number): number => {
  const rounded = Math.fround(value)
  if (Number.isNaN(found) || Number.isNaN(rounded)) return Number.isNaN(found) && Number.isNaN(rounded) ? 0 : Number.POSITIVE_INFINITY
  if (Math.abs(rounded) < leastNormal) return Math.abs(found) < 2 * leastNormal ? 0 : Number.POSITIVE_INFINITY
  if (found === rounded) return 0
  if (!Number.isFinite(found) || !Number.isFinite(rounded)) return Number.POSITIVE_INFINITY
  return Math.abs(found - value) / 2 ** (Math.floor(Math.log2(Math.abs(value))) - 23)
}

/** float32 numbers of all exponents and signs, NaN and infinities among them: every `step`-th bit pattern, but for the denormal ones, which may be flushed. */
export const everyBits = (step: number, first: number): Float32Array => {
  const bits = Uint32Array.from({ length: Math.floor(2 ** 32 / step) }, (_, k) => first + k * step)
  return new Float32Array(bits.buffer).filter((x) => x === 0 || !(Math.abs(x) < leastNormal))
}

/** The largest error, and where it is. */
export const worst = (
  xs: Float32Array,
  found: ArrayLike<number>,
  values: ArrayLike<number>,
): { readonly units: number; readonly at: number } => {
  let most = { units: 0, at: Number.NaN }
  for (let k = 0; k < xs.length; k++) {
    const units = units32(found[k] as number, values[k] as number)
    if (units > most.units) most = { units, at: xs[k] as number }
  }
  return most
}
