/** The least interval around a root, in units of rounding. */
const ROUNDING = 4 * Number.EPSILON
const MOST = 200

/**
 * A zero of f between a and b, where it has opposite signs (Chandrupatla 1997, "A new hybrid quadratic/bisection algorithm for finding the
 * zero of a nonlinear function without using derivatives"): inverse quadratic interpolation where three points suggest a curve that it
 * fits, bisection elsewhere. To rounding of the argument; about eight evaluations.
 */
export const findRoot = async (
  f: (at: number) => Promise<number>,
  start: number,
  atStart: number,
  stop: number,
  atStop: number,
): Promise<number> => {
  // The newest point a, the other end b of the bracket, and the point c before a.
  let [a, fa, b, fb] = [stop, atStop, start, atStart]
  let part = 0.5
  for (let k = 0; k < MOST; k++) {
    const at = a + part * (b - a)
    const value = await f(at)
    let [c, fc] = [a, fa]
    if (Math.sign(value) !== Math.sign(fa)) {
      ;[c, fc] = [b, fb]
      ;[b, fb] = [a, fa]
    }
    ;[a, fa] = [at, value]
    const best = Math.abs(fa) < Math.abs(fb) ? a : b
    const least = (ROUNDING * (Math.abs(best) + Math.abs(stop - start))) / Math.abs(b - a)
    if (least > 0.5 || fa === 0) return fa === 0 ? a : best
    const [xi, phi] = [(a - b) / (c - b), (fa - fb) / (fc - fb)]
    const quadratic = (fa / (fb - fa)) * (fc / (fb - fc)) + ((((c - a) / (b - a)) * fa) / (fc - fa)) * (fb / (fc - fb))
    part = phi * phi < xi && (1 - phi) ** 2 < 1 - xi ? quadratic : 0.5
    part = Math.min(1 - least, Math.max(least, part))
  }
  return Math.abs(fa) < Math.abs(fb) ? a : b
}
