/**
 * The natural logarithm in IEEE additions, multiplications and divisions alone, so that it gives the same bits in every JavaScript
 * engine (`Math.log` is free to differ). x = 2^k m with √½ ≤ m < √2; ln m = 2 atanh(s), s = (m − 1)/(m + 1), by its series. |s| ≤ 0.1716, so fourteen terms
 * leave a truncation below 2^-60. For positive finite x; error under 2 units in the last place.
 */
export const portableLog = (x: number): number => {
  // A subnormal number has no leading 1; 2⁵⁴ makes it normal, exactly.
  if (x < SMALLEST_NORMAL) return scaledLog(x * TWO_54, -54)
  return scaledLog(x, 0)
}

/** ln x + shift ln 2 for positive normal x. */
const scaledLog = (x: number, shift: number): number => {
  view.setFloat64(0, x)
  const high = view.getUint32(0)
  let exponent = (high >>> 20) - 1023 + shift
  view.setUint32(0, (high & 0x000fffff) | 0x3ff00000)
  let mantissa = view.getFloat64(0)
  if (mantissa > Math.SQRT2) {
    mantissa /= 2
    exponent += 1
  }
  const s = (mantissa - 1) / (mantissa + 1)
  const z = s * s
  let series = 0
  for (let n = 27; n >= 3; n -= 2) series = (series + 1 / n) * z
  // ln 2 in two parts: the first has 32 trailing zero bits, so exponent × LN2_HIGH is exact.
  return exponent * LN2_HIGH + (exponent * LN2_LOW + 2 * (s + s * series))
}

const view = new DataView(new ArrayBuffer(8))
const SMALLEST_NORMAL = 2 ** -1022
const TWO_54 = 2 ** 54
const LN2_HIGH = 6.9314718036912381649e-1
const LN2_LOW = 1.90821492927058770002e-10
