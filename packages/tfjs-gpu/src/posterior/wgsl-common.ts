/**
 * Text that the programs share. Logits are in base 2, t = log₂ π − (s |x − α y|)² with s = √(log₂e/2)/σ from the host's float64, so that weights are
 * moved from one maximum to another, a whole number, by exact powers of two.
 */

/** The base-2 logit of a point that is left out, and of places in a tile where there is no point. */
export const leftOut = '-2e38'
/** Less than the logit of any point that counts. A slice with no such point has this maximum. */
export const nothing = '-1e38'

/** ln²ᵏ 2/k!: 2ᶠ for |f| ≤ ½ to 6e-9 of it. */
const coefficients = Array.from({ length: 8 }, (_, k) => {
  let term = 1
  for (let i = 1; i <= k; i++) term *= Math.LN2 / i
  return term
})
export const polynomial = coefficients.reduceRight(
  (inner, each) => (inner === '' ? each.toPrecision(10) : `(${inner} * f + ${each.toPrecision(10)})`),
  '',
)

/** `exponential(a)` is 2ᵃ for a ≤ 0, exactly where a is whole; 0 below −126, at −Infinity and at NaN. A device's own may lose 3 + 2|a| units. */
const exponentialOf = (
  name: string,
  type: 'f32' | 'vec4f',
  bits: 'f32' | 'vec4f',
  whole: 'i32' | 'vec4i',
  unsigned: 'u32' | 'vec4u',
): string => `
fn ${name}(a : ${type}) -> ${type} {
  let b = max(a, ${type}(-126.0));
  let whole = floor(b + 0.5);
  let f = b - whole;
  return select(${type}(0.0), ${polynomial} * bitcast<${bits}>(${unsigned}(${whole}(whole) + 127) << ${unsigned}(23u)), a >= ${type}(-126.0));
}
`
export const exponential = exponentialOf('exponential', 'f32', 'f32', 'i32', 'u32')
export const exponentials = exponentialOf('exponentials', 'vec4f', 'vec4f', 'vec4i', 'vec4u')

/** `logOf(i)` is log₂ π of point i: by bits, for a compiler may take it that no number is infinite. */
export const logWeight = (weighted: boolean): string => `
const LEFT_OUT = ${leftOut};
const NOTHING = ${nothing};
fn logOf(i : i32) -> f32 {
  ${
    weighted
      ? `let each = logWeights[i];
  return select(max(each * 1.4426950408889634, -1e37), LEFT_OUT, bitcast<u32>(each) == 0xff800000u);`
      : 'return 0.0;'
  }
}
`

/** The names of numbers 0 … n − 1 of something. */
export const each = (n: number, text: (k: number) => string, between = '\n'): string =>
  Array.from({ length: n }, (_, k) => text(k)).join(between)
