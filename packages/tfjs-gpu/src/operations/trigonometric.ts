import type { TfTensor } from '../tf.js'
import type { Masks } from './masks.js'
import type { Arithmetic } from './names.js'
import { polynomial } from './polynomial.js'
import type { Run } from './run.js'

/**
 * Sine and cosine by x = n π/2 + r, |r| ≤ π/4, where π/2 comes in four parts of which n times each of the first three is exact (Cody & Waite,
 * Software Manual for the Elementary Functions, 1980, chapter 8), and the polynomials of Cephes (Moshier 1992, sinf.c). Beyond 8192, where n has more
 * bits than the parts leave, the device's own.
 */
const PARTS = [1.5703125, 4.8351287841796875e-4, 3.1385570764541626e-7, 6.077100506506192e-11] as const
const SINE = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1] as const
const COSINE = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2] as const
export const LARGEST_REDUCED = 8192

export const trigonometric = (run: Run, O: Arithmetic, masks: Masks, quarters: 0 | 1, device: (x: TfTensor) => TfTensor) => {
  const floor = (x: TfTensor): TfTensor => run.kernel('Floor', { x })
  /** Whether a whole number is odd: the half of it has a rest. */
  const isOdd = (n: TfTensor): TfTensor => masks.not(masks.below(O.sub(n, O.mul(floor(O.mul(n, 0.5)), 2)), 0.5))

  return (x: TfTensor): TfTensor =>
    run.within(() => {
      const n = floor(O.add(O.mul(x, 2 / Math.PI), 0.5))
      const r = PARTS.reduce((rest, part) => O.sub(rest, O.mul(n, part)), x)
      const z = O.square(r)
      // r · (1 + …): −0 stays what it is.
      const sine = O.mul(r, O.add(O.mul(z, polynomial(O, z, SINE)), 1))
      const cosine = O.add(O.sub(1, O.mul(z, 0.5)), O.mul(O.square(z), polynomial(O, z, COSINE)))
      const quarter = quarters === 0 ? n : O.add(n, 1)
      const turned = masks.select(isOdd(quarter), cosine, sine)
      const value = masks.select(isOdd(floor(O.mul(quarter, 0.5))), O.neg(turned), turned)
      return masks.select(masks.below(O.abs(x), LARGEST_REDUCED), value, device(x))
    })
}
