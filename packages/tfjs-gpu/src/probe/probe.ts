import type { Arithmetic, Ways } from '../operations/names.js'
import type { FusedActivations } from '../operations/products.js'
import type { Run } from '../operations/run.js'
import { largestAngle } from './angles.js'
import { type Choices, choose } from './choose.js'
import { type DeviceNumbers, deviceNumbers } from './device.js'
import { fusedActivations } from './fused.js'
import { withoutForwarding } from './without-forwarding.js'

/** What experiments showed of the device. */
export interface Probed {
  readonly numbers: DeviceNumbers
  readonly choices: Choices
  readonly fused: FusedActivations
  readonly largestAngle: number
}

/** Bits of the significand of single precision. */
const SINGLE = 24

/** Tries the device and puts into `O` the operations that are right on it. A handful of reads in all, and nothing is left behind. */
export const probe = async (run: Run, ways: Ways, O: Arithmetic): Promise<Probed> =>
  withoutForwarding(run.tf, async () => {
    const numbers = await deviceNumbers(run)
    const coarse = 2 ** Math.max(0, SINGLE - numbers.significandBits)
    const choices = await choose(run, ways, O, coarse, numbers.signedZeros === 'kept')
    const worst = Math.max(choices.sin.verdict.ulp, choices.cos.verdict.ulp)
    return { numbers, choices, fused: await fusedActivations(run), largestAngle: await largestAngle(run, O, 2 * worst + 1) }
  })
