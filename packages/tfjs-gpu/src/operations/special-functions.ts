import type { TfTensor } from '../tf.js'
import type { Masks } from './masks.js'
import type { Arithmetic } from './names.js'
import { polynomial } from './polynomial.js'
import type { Run } from './run.js'

/** Functions by formulas that keep their digits near 0, over the exponential of the device. All are NaN at NaN and ±0 at ±0 as they stand. */

/** min(|x|, bound), NaN where x is. */
const bounded = (O: Arithmetic, x: TfTensor, bound: number): TfTensor => O.minimum(O.abs(x), bound)

/** −1 for negative numbers, else 1. */
const signOf = ({ below, select }: Masks, x: TfTensor): TfTensor => select(below(x, 0), -1, 1)

/** erf x = x (1 + P(x²)) below 0.84375, ±(1 − e^(−Q(|x|))) above; minimax polynomials with errors of 6e-9 and 2e-9. Beyond 4 it rounds to ±1. */
export const erf =
  (run: Run, O: Arithmetic, masks: Masks) =>
  (x: TfTensor): TfTensor =>
    run.within(() => {
      const a = bounded(O, x, 4)
      const near = polynomial(
        O,
        O.square(bounded(O, x, 1)),
        [-0.000635999255, 0.00505867833, -0.0268070213, 0.112828247, -0.376125813, 0.128379166],
      )
      const q = polynomial(O, a, [0.000204179916, -0.0031228736, 0.0225393716, -0.10456863, -0.636469781, -1.12809038, -9.74173527e-5])
      const far = O.mul(signOf(masks, x), O.sub(1, O.exp(q)))
      return masks.select(masks.below(a, 0.84375), O.mul(x, O.add(near, 1)), far)
    })

/** tanh x = x (1 + x² P(x²)) below 0.625, P by minimax with an error of 4e-9; ±(1 − 2/(e^(2|x|) + 1)) above. Beyond 10 it rounds to ±1. */
export const tanh =
  (run: Run, O: Arithmetic, masks: Masks) =>
  (x: TfTensor): TfTensor =>
    run.within(() => {
      const a = bounded(O, x, 10)
      const z = O.square(bounded(O, x, 1))
      const near = O.mul(z, polynomial(O, z, [-0.00570497848, 0.0206390787, -0.0537397116, 0.133314416, -0.333332807]))
      const far = O.mul(signOf(masks, x), O.sub(1, O.div(2, O.add(O.exp(O.add(a, a)), 1))))
      return masks.select(masks.below(a, 0.625), O.mul(x, O.add(near, 1)), far)
    })

/** 1/(1 + e^(−|x|)) above 0, e^(−|x|)/(1 + e^(−|x|)) below: no overflow, and the digits of small results are kept. */
export const sigmoid =
  (run: Run, O: Arithmetic, masks: Masks) =>
  (x: TfTensor): TfTensor =>
    run.within(() => {
      const e = O.exp(O.neg(O.abs(x)))
      return O.div(masks.select(masks.below(x, 0), e, 1), O.add(e, 1))
    })
