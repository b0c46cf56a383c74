import {
  edm,
  type ForwardProcess,
  ornsteinUhlenbeck,
  rectifiedFlow,
  subVp,
  vanishingLinear,
  varianceExploding,
  vpCosine,
  vpLinear,
} from '@tweedie/core'
import fc from 'fast-check'
import { evenly } from './numbers.js'

/** Spread over the orders of size. */
const between = (min: number, max: number): fc.Arbitrary<number> => evenly(Math.log(min), Math.log(max)).map(Math.exp)

/** Every forward process of `@tweedie/core`, with settings over the range that they are used in. */
export const forwardProcesses = (): fc.Arbitrary<ForwardProcess> => {
  const rates = fc.record({ betaMin: between(0.05, 2), betaMax: between(2, 30) })
  return fc.oneof(
    between(0.5, 12).map((end) => ornsteinUhlenbeck({ end })),
    fc.oneof(fc.constant(0), between(1e-4, 0.2)).map((floor) => vanishingLinear({ floor })),
    rates.map(vpLinear),
    evenly(0, 0.1).map((offset) => vpCosine({ offset })),
    rates.map(subVp),
    fc.record({ sigmaMin: between(1e-3, 0.1), sigmaMax: between(1, 100) }).map(varianceExploding),
    fc.record({ sigmaMin: between(1e-3, 0.1), sigmaMax: between(1, 100) }).map(edm),
    fc.constant(rectifiedFlow()),
  )
}
