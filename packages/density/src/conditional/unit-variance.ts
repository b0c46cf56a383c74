/**
 * Kernels widen: rows of variance 1 with a kernel of variance h² have variance 1 + h². Dividing by the root brings it back (Silverman & Young 1987), and
 * a condition b on the divided columns is the condition b √(1 + h²) on the widened ones.
 */

/** Where the kernel of a condition b is centred: b √(1 + h²), or b itself. */
export const kernelCentre = (b: Float64Array, bandwidth: number, unitVariance: boolean): Float64Array =>
  unitVariance ? b.map((value) => value * Math.hypot(1, bandwidth)) : b
