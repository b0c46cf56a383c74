import type { Run } from '../operations/run.js'
import { LEAST_NORMAL } from './judge.js'

/** What arithmetic keeps on a device, found by experiment. */
export interface DeviceNumbers {
  /** Bits of the significand: the largest k for which 1 + 2^(1−k) is not 1. */
  readonly significandBits: number
  readonly denormals: 'kept' | 'flushed'
  readonly signedZeros: 'kept' | 'lost'
}

const DEEPEST = 30

/** Asks in one read: (1 + 2⁻ᵏ) − 1, numbers below the least normal one added to 0, made by a product and by functions, and the sign of −0 through a sum. */
export const deviceNumbers = async (R: Run): Promise<DeviceNumbers> => {
  const steps = Float32Array.from({ length: DEEPEST }, (_, k) => 2 ** -(k + 1))
  const below = Float32Array.of(LEAST_NORMAL / 4, LEAST_NORMAL / 1024, LEAST_NORMAL)
  const zeros = Float32Array.of(-0, -0)
  const answer = R.within(() => {
    const one = R.tensor(1)
    const kept = R.kernel('Sub', { a: R.kernel('Add', { a: R.numbers(steps, [DEEPEST]), b: one }), b: one })
    const small = R.kernel('Add', { a: R.numbers(below, [3]), b: R.numbers(new Float32Array(3), [3]) })
    const made = R.kernel('Multiply', { a: R.numbers(below.slice(), [3]), b: R.tensor(0.5) })
    const signs = R.kernel('RealDiv', { a: R.tensor(1), b: R.kernel('Multiply', { a: R.numbers(zeros, [2]), b: R.tensor(3) }) })
    const far = R.numbers(Float32Array.of(-88), [1])
    const functions = R.kernel('Concat', [R.kernel('Exp', { x: far }), R.kernel('Sigmoid', { x: far })], { axis: 0 })
    return R.kernel('Concat', [kept, small, made, signs, functions], { axis: 0 })
  })
  const values = await answer.data()
  answer.dispose()
  const lost = Array.from(values.slice(0, DEEPEST)).findIndex((value) => !(value > 0))
  const [small, made] = [values.slice(DEEPEST, DEEPEST + 3), values.slice(DEEPEST + 3, DEEPEST + 6)]
  const [signs, functions] = [values.slice(DEEPEST + 6, DEEPEST + 8), values.slice(DEEPEST + 8)]
  const keptSmall = small[0] === below[0] && small[1] === below[1] && made[2] === LEAST_NORMAL / 2 && functions.every((value) => value > 0)
  return {
    significandBits: lost === -1 ? DEEPEST : lost + 1,
    denormals: keptSmall ? 'kept' : 'flushed',
    signedZeros: signs[0] === Number.NEGATIVE_INFINITY ? 'kept' : 'lost',
  }
}
