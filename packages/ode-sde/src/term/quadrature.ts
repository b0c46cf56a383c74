import { tweedieError } from '@tweedie/core'

// Nodes and weights on [−1, 1] of the Gauss–Kronrod pair of 7 and 15 points (Kronrod 1965; QUADPACK, Piessens et al. 1983).
// [node, Kronrod weight, Gauss weight], the node 0 last.
const PAIR: readonly (readonly [number, number, number])[] = [
  [0.9914553711208126, 0.022935322010529224, 0],
  [0.9491079123427585, 0.06309209262997855, 0.1294849661688697],
  [0.8648644233597691, 0.10479001032225018, 0],
  [0.7415311855993945, 0.14065325971552592, 0.27970539148927664],
  [0.5860872354676911, 0.1690047266392679, 0],
  [0.4058451513773972, 0.19035057806478542, 0.3818300505051189],
  [0.20778495500789848, 0.20443294007529889, 0],
  [0, 0.20948214108472782, 0.4179591836734694],
]
const TOLERANCE = 1e-12
const ROUNDING = 50 * Number.EPSILON
const PANELS = 5000

/**
 * ∫_a^b f by adaptive Gauss–Kronrod quadrature, to about 12 digits of ∫|f|; b may be below a. f is not evaluated at the ends, so it may
 * have an integrable singularity there. Throws `SolverFailure` when the integral does not converge; `where` names it in the message.
 */
export const integrate = (f: (u: number) => number, a: number, b: number, where: string): number => {
  if (a === b) return 0
  const scale = panel(f, a, b).absolute
  let left = PANELS
  const refine = (low: number, high: number): number => {
    const { value, error, absolute } = panel(f, low, high)
    if (error <= Math.max(TOLERANCE * scale, ROUNDING * absolute)) return value
    const middle = low + (high - low) / 2
    if (--left < 0 || middle === low || middle === high || Number.isNaN(error))
      throw tweedieError(
        'SolverFailure',
        where,
        `its integral from ${a} to ${b} does not converge near ${middle}`,
        'Give the integral in closed form, or keep the grid away from the singularity',
      )
    return refine(low, middle) + refine(middle, high)
  }
  return refine(a, b)
}

const panel = (f: (u: number) => number, a: number, b: number): { value: number; error: number; absolute: number } => {
  const centre = (a + b) / 2
  const half = (b - a) / 2
  let [kronrod, gauss, absolute] = [0, 0, 0]
  for (const [node, fine, coarse] of PAIR)
    for (const side of node === 0 ? [0] : [-node, node]) {
      const value = f(centre + half * side)
      kronrod += fine * value
      gauss += coarse * value
      absolute += fine * Math.abs(value)
    }
  return { value: kronrod * half, error: Math.abs((kronrod - gauss) * half), absolute: absolute * Math.abs(half) }
}
